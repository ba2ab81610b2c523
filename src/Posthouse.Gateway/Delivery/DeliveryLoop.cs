using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;

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

    /// <summary>
    /// Messages at once on their way by MX, from DNS to the last reply. Each domain has five of them at most (<c>MxDelivery</c>), so it takes
    /// two hundred that hang to delay the others; remotes have no part in it.
    /// </summary>
    const int MaxByMx = 1000;

    /// <summary>Under this token a rule is evaluated by what is known here, caches included: to ask a host would be to wait for it.</summary>
    static readonly CancellationToken AskNobody = new(canceled: true);

    /// <summary>A clock that was far ahead when a message was put off must not keep it for years.</summary>
    static readonly TimeSpan LongestWaitAtStart = TimeSpan.FromDays(1);

    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>A server takes at least this many in one transaction (RFC 5321 section 4.5.3.1.8).</summary>
    const int MaxRecipients = 100;

    readonly IMessageStore _store;
    readonly IHops _hops;
    readonly IRecipientSearch? _search;
    readonly Func<QueueModel> _model;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Schedule _schedule;
    readonly DeliveryAttempt _attempt;
    readonly MessageGate _messages = new();
    readonly Throttles _throttles;
    readonly ConcurrentDictionary<string, HopLane> _lanes = new(StringComparer.Ordinal);
    readonly WarmMessages _warm = new();
    readonly HopLane _undecided;
    readonly LateWords _late;
    readonly SemaphoreSlim _byMx = new(MaxByMx);
    readonly CancellationTokenSource _stopTaking = new();
    readonly CancellationTokenSource _abandon = new();
    readonly Lock _gate = new();
    Task _taking = Task.CompletedTask;
    Task? _stopped;
    bool _disposed;

    /// <param name="store">The queue.</param>
    /// <param name="hops">Where mail can go.</param>
    /// <param name="model">The configuration in force, asked for each attempt.</param>
    /// <param name="reports">Who writes to senders.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Where outcomes are told.</param>
    /// <param name="search">Who is asked by lookup for a recipient that no session has asked for; null = nobody.</param>
    internal DeliveryLoop(
        IMessageStore store, IHops hops, Func<QueueModel> model, ReportDesk reports, TimeProvider time, ILogger logger, IRecipientSearch? search = null)
    {
        _store = store;
        _hops = hops;
        _search = search;
        _logger = logger;
        _model = model;
        _time = time;
        _schedule = new Schedule(time);
        _throttles = new Throttles(time);
        _attempt = new DeliveryAttempt(store, hops, reports, _schedule, time, logger);
        Control = new QueueControl(store, reports, _schedule, _messages, time, logger);
        _late = new LateWords(_attempt, _messages, model);
        _undecided = new HopLane(due => RouteAsync(due, _stopTaking.Token), _warm, logger);
    }

    /// <summary>What an operator can do to the queue.</summary>
    internal QueueControl Control { get; }

    /// <summary>Hops that something waits for or is on its way to.</summary>
    internal int Lanes => _lanes.Count;

    /// <summary>Reads the queue back and begins; <see cref="IOException"/> where it cannot be read.</summary>
    internal void Start()
    {
        var now = _time.GetUtcNow();
        var backlog = _store.ReadBacklog();
        foreach (var held in backlog.Where(static waiting => waiting.IsHeld))
            _messages.Hold(held.Key);
        foreach (var together in backlog.GroupBy(static waiting => (waiting.Key, waiting.Due)).OrderBy(static together => together.Key.Due))
        {
            var recipients = together.Select(static waiting => new DueRecipient(waiting.Ordinal, waiting.Attempts, waiting.Notices)).ToArray();
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
        _attempt.Dispose();
        _schedule.Dispose();
        _byMx.Dispose();
        _stopTaking.Dispose();
        _abandon.Dispose();
    }

    async Task EndAsync()
    {
        await _stopTaking.CancelAsync();
        await _taking;
        await _undecided.StopAsync();
        await Task.WhenAll([.. _lanes.Values.Select(static lane => lane.StopAsync()), _late.EndAsync()]);
    }

    // 6. Those for whom an attempt was made while their client waited are scheduled as it left them, or wait for its end. Null: nobody is due now.
    DueMessage? WhenCommitted(QueuedMessage message)
    {
        var envelope = message.Envelope;
        var recipients = Enumerable.Range(0, envelope.Recipients.Count).Select(ordinal => new DueRecipient(ordinal, envelope.EarlierOf(ordinal) is null ? 0 : 1)).ToArray();
        foreach (var together in recipients.Where(static recipient => recipient.Attempts > 0).GroupBy(recipient => envelope.EarlierOf(recipient.Ordinal)! with { MaybeDelivered = false, Reply = "" }))
        {
            if (together.Key.Late is { } late)
                _late.Add(message, together.Key.Hop, late, [.. together.Select(static recipient => recipient.Ordinal)], _abandon.Token);
            else
                _schedule.Add(new DueMessage(message.Key, [.. together], null) { Hop = together.Key.Hop }, together.Key.Due - _time.GetUtcNow());
        }
        var now = Array.FindAll(recipients, static recipient => recipient.Attempts == 0);
        return now.Length > 0 ? new DueMessage(message.Key, now, message) : null;
    }

    async Task TakeAsync<T>(ChannelReader<T> source, Func<T, DueMessage?> due)
    {
        try
        {
            await foreach (var item in source.ReadAllAsync(_stopTaking.Token))
            {
                try
                {
                    if (due(item) is not { } message)
                        continue;
                    if (_messages.IsParked(message))
                        PassOn(message);
                    else if (!await RouteAsync(message, AskNobody))
                        _undecided.Add(message, MaxRouting);
                }
                catch (Exception e) when (e is not OperationCanceledException || !_stopTaking.IsCancellationRequested)
                {
                    // A bug, which must not end all delivery: this one comes again with the next start.
                    DeliveryLog.TakingBroke(_logger, e);
                }
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
            {
                PassOn(due);
                return true;
            }
            // Whether it expires must not be told from defaults.
            if (due.IsPaced && UntilTurn(due) > TimeSpan.Zero && cancellationToken.IsCancellationRequested)
                return false;
            var routes = await Router.RouteAsync(message, due.Recipients, _model(), _hops, _search, cancellationToken);
            // A lookup that was not made, or cut short, is no reason for a delay.
            if (cancellationToken.IsCancellationRequested && routes.Unrouted.Count > 0)
                return false;
            var throttled = await ThrottleAsync(message, routes, cancellationToken);
            if (throttled is null && cancellationToken.IsCancellationRequested)
                return false;
            foreach (var (hop, keys, recipients) in throttled ?? [])
            {
                foreach (var batch in recipients.Chunk(MaxRecipients))
                    await DispatchAsync(hop, message, due with { Recipients = batch, Message = message, Hop = hop, Throttles = keys }, cancellationToken);
            }
            if (due.Throttles.Any(key => throttled is null || !throttled.Any(one => one.Keys.Contains(key))))
                PassOn(due);
            if (throttled is null)
                await _attempt.SettleAsync(message, null, [.. routes.Hops.Values.SelectMany(static one => one).Select(static one => (one, Throttles.Undecided))], _model(), cancellationToken);
            await _attempt.SettleAsync(message, null, routes.Unrouted, _model(), cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            // Before any recipient went to a lane: a rule or the store broke.
            PassOn(due);
            _attempt.PutOff(due, e);
            return true;
        }
    }

    /// <summary>What has waited behind it for a throttle must not wait for one that does not come.</summary>
    void PassOn(DueMessage due)
    {
        foreach (var next in _throttles.Pass(due))
            _schedule.Add(next, TimeSpan.Zero);
    }

    // A lane that has emptied goes, since domains that are delivered to by MX know no end.
    void AddToLane(string hop, DueMessage due)
    {
        while (_lanes.GetOrAdd(hop, static (hop, loop) => loop.NewLane(hop), this) is var lane && !lane.Add(due, Concurrency(hop)))
            Drop(hop, lane);
    }

    HopLane NewLane(string hop) => new(due => MxHopName.TryGetDomain(hop, out _) ? AttemptByMxAsync(hop, due) : AttemptAsync(hop, due), _warm, _logger, lane => Drop(hop, lane));

    void Drop(string hop, HopLane lane) => _lanes.TryRemove(KeyValuePair.Create(hop, lane));

    /// <summary>Recipients by hop and by what bounds them; null where that cannot be decided now.</summary>
    async ValueTask<IReadOnlyList<(string Hop, IReadOnlyList<ThrottleKey> Keys, DueRecipient[] Recipients)>?> ThrottleAsync(
        QueuedMessage message, Routes routes, CancellationToken cancellationToken)
    {
        List<(string, IReadOnlyList<ThrottleKey>, DueRecipient[])> throttled = [];
        foreach (var (hop, recipients) in routes.Hops)
        {
            List<(DueRecipient Recipient, IReadOnlyList<ThrottleKey> Keys)> found = [];
            foreach (var recipient in recipients)
            {
                var keys = await Throttles.OfAsync(message, recipient.Ordinal, hop, _model(), cancellationToken);
                if (!keys.IsAvailable)
                    return null;
                found.Add((recipient, keys.Value));
            }
            foreach (var together in found.GroupBy(static one => one.Keys, new Throttles.SameKeys()))
                throttled.Add((hop, together.Key, [.. together.Select(static one => one.Recipient)]));
        }
        return throttled;
    }

    /// <summary>To its hop, or into the schedule until its turn in each rate comes. When its sender has to hear of it before that, or it expires, it is taken up then.</summary>
    async Task DispatchAsync(string hop, QueuedMessage message, DueMessage due, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        var wait = due.IsPaced ? UntilTurn(due) : _throttles.Reserve(due.Throttles);
        if (wait <= TimeSpan.Zero)
        {
            AddToLane(hop, due);
            return;
        }
        var waiting = due with { IsPaced = true, Turn = due.IsPaced ? due.Turn : since + (long)(wait.TotalSeconds * _time.TimestampFrequency) };
        try
        {
            if (due.IsPaced)
            {
                if (await _attempt.WaitOnAsync(message, due, _model(), cancellationToken) is not { } left)
                    return;
                waiting = left;
            }
        }
        catch (Exception e)
        {
            // Others of the message may be on their way already.
            _attempt.PutOff(due, e);
            return;
        }
        var now = _time.GetUtcNow();
        foreach (var recipient in waiting.Recipients)
        {
            var step = await RetryPolicy.NextStepAsync(message, recipient.Ordinal, _model(), now, cancellationToken) - now;
            wait = step < wait ? step : wait;
        }
        _schedule.Add(waiting with { Message = null }, wait > Shortest ? wait : Shortest);
    }

    TimeSpan UntilTurn(DueMessage due) => _time.GetElapsedTime(_time.GetTimestamp(), due.Turn);

    // 8.-10.
    async Task AttemptAsync(string hop, DueMessage due)
    {
        if (_stopTaking.IsCancellationRequested || !_throttles.TryBegin(due))
            return;
        try
        {
            if (!_messages.TryEnter(due))
                return;
            try
            {
                await _attempt.RunAsync(hop, due, _model(), _abandon.Token);
            }
            finally
            {
                _messages.Leave(due.Key);
            }
        }
        finally
        {
            foreach (var next in _throttles.End(due))
                _schedule.Add(next, TimeSpan.Zero);
        }
    }

    async Task AttemptByMxAsync(string hop, DueMessage due)
    {
        try
        {
            await _byMx.WaitAsync(_stopTaking.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping: it stays in the store.
            return;
        }
        try
        {
            await AttemptAsync(hop, due);
        }
        finally
        {
            _byMx.Release();
        }
    }

    int Concurrency(string id) => _hops.TryGet(id, out var hop) ? hop.Concurrency : 1;
}
