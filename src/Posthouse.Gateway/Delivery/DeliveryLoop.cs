using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Takes queued mail to its next hops, from the life of a message (ARCHITECTURE.md):
/// 6. what is committed, or was there at the start, or is due again, is taken up;
/// 7. each recipient is routed, and recipients of one hop share a transaction (<see cref="Dispatch"/>, <see cref="HopLanes"/>); mail for
/// which a host must be asked first waits for that in a lane of its own;
/// 8. the hop is asked to take it;
/// 9. each recipient has an outcome;
/// 10. the outcome is marked in the store, and what is not done is scheduled (<see cref="RetryPolicy"/>, <see cref="Schedule"/>).
/// </summary>
/// <remarks>
/// An attempt that is cancelled or cannot be marked changes nothing: the recipient is still waiting in the store. A recipient
/// is in one place at a time (schedule, lane, attempt, or a pause), so it is never tried twice at once. Taking up waits for nobody, and a lane
/// keeps few messages in memory, so what is handed on from the commit never piles up.
/// </remarks>
sealed class DeliveryLoop : IAsyncDisposable
{
    /// <summary>Messages at once that wait for a host to decide their route.</summary>
    const int MaxRouting = 64;

    /// <summary>A clock that was far ahead when a message was put off must not keep it for years.</summary>
    static readonly TimeSpan LongestWaitAtStart = TimeSpan.FromDays(1);

    readonly IMessageStore _store;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Schedule _schedule;
    readonly DeliveryAttempt _attempt;
    readonly MessageGate _messages = new();
    readonly UnreachedHops _unreached;
    readonly QueueCancel _cancel;
    readonly PausedSteps _steps;
    readonly HopLanes _lanes;
    readonly Dispatch _dispatch;
    readonly HopLane _undecided;
    readonly LateWords _late;
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
        _logger = logger;
        _time = time;
        _schedule = new Schedule(time);
        var throttles = new Throttles(time);
        _steps = new PausedSteps(time, _schedule, throttles.TakePassed);
        _unreached = new UnreachedHops(time, _schedule);
        _attempt = new DeliveryAttempt(store, hops, reports, _schedule, _unreached, time, logger);
        _lanes = new HopLanes(hops, _attempt, _messages, throttles, _schedule, _steps, model, logger, _stopTaking.Token, _abandon.Token);
        _dispatch = new Dispatch(_attempt, _lanes, throttles, _schedule, _unreached, hops, search, model, time);
        // In the order in which it moves, so that what moves during a look is found where it has come to.
        var places = new QueuePlaces(
            store, _messages, () =>
            [
                .. _unreached.All().Select(static due => (due, QueueWait.Hop)),
                .. _schedule.All().Select(due => (due, due.IsBeforeTurn(time) ? QueueWait.Throttle : QueueWait.Time)),
                .. _lanes.All().Concat(_messages.Parked()).Select(static due => (due, QueueWait.Time)),
                .. throttles.All().Select(static due => (due, QueueWait.Throttle)),
            ], hops, search, model);
        _cancel = new QueueCancel(store, reports, _schedule, _unreached, _messages, places, time, logger);
        Control = new QueueControl(store, _schedule, _unreached, _messages, _cancel, places, time, logger);
        _late = new LateWords(_attempt, _messages, model);
        _undecided = new HopLane(due => _dispatch.RouteAsync(due, _stopTaking.Token), _lanes.Warm, logger);
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
            var recipients = together.Select(static waiting => new DueRecipient(waiting.Ordinal, waiting.Attempts, waiting.Notices, waiting.MaybeDelivered)).ToArray();
            var wait = together.Key.Due - now;
            _schedule.Add(new DueMessage(together.Key.Key, recipients, null), wait < LongestWaitAtStart ? wait : LongestWaitAtStart);
        }
        _taking = Task.WhenAll(TakeAsync(_schedule.Due, static due => due), TakeAsync(_store.Committed, WhenCommitted));
    }

    /// <summary>
    /// Another configuration is in force: what waits at a hop, or for one, is routed anew, since that may be the wrong way now. What waits for its time, or for a
    /// place in a throttle, is routed when that comes.
    /// </summary>
    internal void RouteAnew()
    {
        _schedule.ForgetHops();
        _unreached.ReleaseAll();
        _lanes.RouteAnew();
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
        _steps.Dispose();
        _unreached.Dispose();
        _schedule.Dispose();
        _lanes.Dispose();
        _cancel.Dispose();
        _stopTaking.Dispose();
        _abandon.Dispose();
    }

    async Task EndAsync()
    {
        await _stopTaking.CancelAsync();
        await _taking;
        await _undecided.StopAsync();
        await Task.WhenAll(_lanes.StopAsync(), _late.EndAsync());
    }

    // 6. Those for whom an attempt was made while their client waited are scheduled as it left them, or wait for its end. Null: nobody is due now.
    DueMessage? WhenCommitted(QueuedMessage message)
    {
        var envelope = message.Envelope;
        if (message.About is { } about)
            DeliveryLog.Reported(_logger, message.Key.ToString(), about.ToString(), envelope.Recipients[0].Mailbox);
        var recipients = Enumerable.Range(0, envelope.Recipients.Count)
            .Select(ordinal => envelope.EarlierOf(ordinal) is { } earlier ? new DueRecipient(ordinal, 1, MaybeDelivered: earlier.MaybeDelivered) : new(ordinal, 0))
            .ToArray();
        foreach (var together in recipients.Where(static recipient => recipient.Attempts > 0).GroupBy(
            recipient => envelope.EarlierOf(recipient.Ordinal)! with { MaybeDelivered = false, Reply = "" }))
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
                    if (_messages.Pass(message) is not { } left)
                        _dispatch.PassOn(message);
                    else if (await _dispatch.RouteAsync(left, Dispatch.AskNobody) is { } undecided)
                        _undecided.Add(undecided, MaxRouting);
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
}
