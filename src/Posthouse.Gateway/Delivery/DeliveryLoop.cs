using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Takes queued mail to its next hops, from the life of a message (ARCHITECTURE.md):
/// 6. what is committed, or was there at the start, or is due again, is taken up;
/// 7. each recipient is routed, and recipients of one hop share a transaction (<see cref="Router"/>, <see cref="HopLane"/>); mail for
/// which a host must be asked first waits for that in a lane of its own;
/// 8. the hop is asked to take it;
/// 9. each recipient has an outcome;
/// 10. the outcome is marked in the store, and what is not done is scheduled (<see cref="RetryPolicy"/>, <see cref="Schedule"/>).
/// </summary>
/// <remarks>
/// An attempt that is cancelled or cannot be marked changes nothing: the recipient is still waiting in the store. A recipient
/// is in one place at a time (schedule, lane or attempt), so it is never tried twice at once. Taking up waits for nobody, and a lane
/// keeps few messages in memory, so what is handed on from the commit never piles up.
/// </remarks>
sealed class DeliveryLoop : IAsyncDisposable
{
    /// <summary>Messages at once that wait for a host to decide their route.</summary>
    const int MaxRouting = 64;

    /// <summary>Under this token a rule is evaluated by what is known here, caches included: to ask a host would be to wait for it.</summary>
    static readonly CancellationToken AskNobody = new(canceled: true);

    /// <summary>A clock that was far ahead when a message was put off must not keep it for years.</summary>
    static readonly TimeSpan LongestWaitAtStart = TimeSpan.FromDays(1);

    /// <summary>A server takes at least this many in one transaction (RFC 5321 section 4.5.3.1.8).</summary>
    const int MaxRecipients = 100;

    readonly IMessageStore _store;
    readonly IHops _hops;
    readonly Func<QueueModel> _model;
    readonly TimeProvider _time;
    readonly Schedule _schedule;
    readonly DeliveryAttempt _attempt;
    readonly ConcurrentDictionary<string, HopLane> _lanes = new(StringComparer.Ordinal);
    readonly HopLane _undecided;
    readonly CancellationTokenSource _stopTaking = new();
    readonly CancellationTokenSource _abandon = new();
    readonly Lock _gate = new();
    Task _taking = Task.CompletedTask;
    Task? _stopped;
    bool _disposed;

    /// <param name="store">The queue.</param>
    /// <param name="hops">Where mail can go.</param>
    /// <param name="model">The configuration in force, asked for each attempt.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Where outcomes are told.</param>
    internal DeliveryLoop(IMessageStore store, IHops hops, Func<QueueModel> model, TimeProvider time, ILogger logger)
    {
        _store = store;
        _hops = hops;
        _model = model;
        _time = time;
        _schedule = new Schedule(time);
        _attempt = new DeliveryAttempt(store, hops, _schedule, time, logger);
        _undecided = new HopLane(due => RouteAsync(due, _stopTaking.Token));
    }

    /// <summary>Reads the queue back and begins; <see cref="IOException"/> where it cannot be read.</summary>
    internal void Start()
    {
        var now = _time.GetUtcNow();
        foreach (var together in _store.ReadBacklog().GroupBy(static waiting => (waiting.Key, waiting.Due)))
        {
            var recipients = together.Select(static waiting => new DueRecipient(waiting.Ordinal, waiting.Attempts)).ToArray();
            var wait = together.Key.Due - now;
            _schedule.Add(new DueMessage(together.Key.Key, recipients, null), wait < LongestWaitAtStart ? wait : LongestWaitAtStart);
        }
        _taking = Task.WhenAll(TakeAsync(_schedule.Due, static due => due), TakeAsync(_store.Committed, WhenCommitted));
    }

    /// <summary>Takes up nothing more and lets running attempts end; when the token fires they are given up and stay queued.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_disposed)
            return;
        await using var registration = cancellationToken.Register(static source => ((CancellationTokenSource)source!).Cancel(), _abandon);
        Task stopped;
        lock (_gate)
            stopped = _stopped ??= EndAsync();
        await stopped;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        await StopAsync(new CancellationToken(canceled: true));
        _disposed = true;
        _schedule.Dispose();
        _stopTaking.Dispose();
        _abandon.Dispose();
    }

    async Task EndAsync()
    {
        await _stopTaking.CancelAsync();
        await _taking;
        await _undecided.StopAsync();
        await Task.WhenAll(_lanes.Values.Select(static lane => lane.StopAsync()));
    }

    // 6. Those for whom an attempt was made while their client waited are scheduled as it left them. Null: nobody is due now.
    DueMessage? WhenCommitted(QueuedMessage message)
    {
        var envelope = message.Envelope;
        var recipients = Enumerable.Range(0, envelope.Recipients.Count).Select(ordinal => new DueRecipient(ordinal, envelope.EarlierOf(ordinal) is null ? 0 : 1)).ToArray();
        foreach (var together in recipients.Where(static recipient => recipient.Attempts > 0).GroupBy(recipient => envelope.EarlierOf(recipient.Ordinal)!.Due))
            _schedule.Add(new DueMessage(message.Key, [.. together], null), together.Key - _time.GetUtcNow());
        var now = Array.FindAll(recipients, static recipient => recipient.Attempts == 0);
        return now.Length > 0 ? new DueMessage(message.Key, now, message) : null;
    }

    async Task TakeAsync<T>(ChannelReader<T> source, Func<T, DueMessage?> due)
    {
        try
        {
            await foreach (var item in source.ReadAllAsync(_stopTaking.Token))
            {
                if (due(item) is { } message && !await RouteAsync(message, AskNobody))
                    _undecided.Add(message, MaxRouting);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what was not taken up stays in the store.
        }
    }

    // 7. False: it could not be decided under this token.
    async Task<bool> RouteAsync(DueMessage due, CancellationToken cancellationToken)
    {
        try
        {
            if (_attempt.Load(due) is not { } message)
                return true;
            var routes = await Router.RouteAsync(message, due.Recipients, _model(), _hops, cancellationToken);
            // A lookup that was not made, or cut short, is no reason for a delay.
            if (cancellationToken.IsCancellationRequested && routes.Unrouted.Count > 0)
                return false;
            foreach (var (hop, recipients) in routes.Hops)
            {
                foreach (var batch in recipients.Chunk(MaxRecipients))
                    Lane(hop).Add(due with { Recipients = batch, Message = message }, Concurrency(hop));
            }
            await _attempt.SettleAsync(message, "no hop", routes.Unrouted, _model(), cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            // Before any recipient went to a lane: a rule or the store broke.
            _attempt.PutOff(due, e);
            return true;
        }
    }

    HopLane Lane(string hop) => _lanes.GetOrAdd(hop, static (hop, loop) => new HopLane(due => loop.AttemptAsync(hop, due)), this);

    // 8.-10.
    Task AttemptAsync(string hop, DueMessage due) =>
        _stopTaking.IsCancellationRequested ? Task.CompletedTask : _attempt.RunAsync(hop, due, _model(), _abandon.Token);

    int Concurrency(string id) => _hops.TryGet(id, out var hop) ? hop.Concurrency : 1;
}
