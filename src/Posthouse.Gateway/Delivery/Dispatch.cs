using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Step 7: routes what is due, and takes it to the lane of its hop, or into the schedule until its turn in each rate of <c>[[queue.throttle]]</c> comes.
/// </summary>
/// <param name="attempt">Reads messages, and settles those that have no hop now.</param>
/// <param name="lanes">Where what has a hop goes.</param>
/// <param name="throttles">What is bounded.</param>
/// <param name="schedule">Where what has to wait goes.</param>
/// <param name="unreached">Where what has waited for its hop comes from.</param>
/// <param name="hops">Where mail can go.</param>
/// <param name="search">Asked by lookup for whom no session has asked; null = nobody.</param>
/// <param name="model">The configuration in force.</param>
/// <param name="time">The clock.</param>
sealed class Dispatch(
    DeliveryAttempt attempt, HopLanes lanes, Throttles throttles, Schedule schedule, UnreachedHops unreached, IHops hops, IRecipientSearch? search,
        Func<QueueModel> model, TimeProvider time)
{
    /// <summary>Under this token a rule is evaluated by what is known here, caches included: to ask a host would be to wait for it.</summary>
    internal static readonly CancellationToken AskNobody = new(canceled: true);

    /// <summary>A server takes at least this many in one transaction (RFC 5321 section 4.5.3.1.8).</summary>
    const int MaxRecipients = 100;

    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Null: done. What could not be decided under this token comes back, with its sender.</summary>
    internal async Task<DueMessage?> RouteAsync(DueMessage due, CancellationToken cancellationToken)
    {
        try
        {
            if (attempt.Load(due) is not { } message)
            {
                PassOn(due);
                return null;
            }
            due = due with { Sender = DueMessage.SenderOf(message) };
            // Whether it expires must not be told from defaults.
            if (cancellationToken.IsCancellationRequested && (HasStepPassed(due) || UntilTurn(due) > TimeSpan.Zero))
                return due;
            if (HasStepPassed(due))
            {
                if (await attempt.WaitOnAsync(message, due, due.Pause!.Reason, model(), cancellationToken) is not { } left)
                {
                    PassOn(due);
                    return null;
                }
                due = left;
            }
            var routes = await Router.RouteAsync(message, due.Recipients, model(), hops, search, cancellationToken);
            // A lookup that was not made, or cut short, is no reason for a delay.
            if (cancellationToken.IsCancellationRequested && routes.Unrouted.Count > 0)
                return due;
            var throttled = await ThrottleAsync(message, routes, cancellationToken);
            if (throttled is null && cancellationToken.IsCancellationRequested)
                return due;
            // Others that wait for that hop may have another way now as well.
            if (due is { Pause: not null, Hop: { } before } && routes.Unrouted.Count == 0 && !routes.Hops.ContainsKey(before))
                unreached.Release(before);
            due = due with { Message = message, Pause = null };
            foreach (var (hop, keys, recipients) in throttled ?? [])
            {
                foreach (var batch in recipients.Chunk(MaxRecipients))
                    await SendOnAsync(hop, message, due with { Recipients = batch, Hop = hop, Throttles = keys }, cancellationToken);
            }
            if (due.Throttles.Any(key => throttled is null || !throttled.Any(one => one.Keys.Contains(key))))
                PassOn(due);
            if (throttled is null)
                await attempt.SettleAsync(message, null,
                    [.. routes.Hops.Values.SelectMany(static one => one).Select(static one => (one, Throttles.Undecided))], model(), cancellationToken);
            await attempt.SettleAsync(message, null, routes.Unrouted, model(), cancellationToken);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return due;
        }
        catch (Exception e)
        {
            // Before any recipient went to a lane: a rule or the store broke.
            PassOn(due);
            attempt.PutOff(due, e);
            return null;
        }
    }

    /// <summary>What has waited behind it for a throttle must not wait for one that does not come.</summary>
    internal void PassOn(DueMessage due)
    {
        foreach (var next in throttles.Pass(due))
            schedule.Add(next, TimeSpan.Zero);
    }

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
                var keys = await Throttles.OfAsync(message, recipient.Ordinal, hop, model(), cancellationToken);
                if (!keys.IsAvailable)
                    return null;
                found.Add((recipient, keys.Value));
            }
            foreach (var together in found.GroupBy(static one => one.Keys, new Throttles.SameKeys()))
                throttled.Add((hop, together.Key, [.. together.Select(static one => one.Recipient)]));
        }
        return throttled;
    }

    /// <summary>
    /// To its hop, or into the schedule until its turn in each rate comes. When its sender has to hear of it before that, or it expires, it is taken up then.
    /// </summary>
    async Task SendOnAsync(string hop, QueuedMessage message, DueMessage due, CancellationToken cancellationToken)
    {
        try
        {
            var since = time.GetTimestamp();
            var wait = due.Turn is null ? throttles.Reserve(due.Throttles) : UntilTurn(due);
            if (wait > TimeSpan.Zero)
                await WaitForTurnAsync(message, due, since, wait, cancellationToken);
            else
                lanes.Add(hop, await MayPauseAsync(message, due, cancellationToken));
        }
        catch (Exception e)
        {
            // Others of the message may be on their way already.
            attempt.PutOff(due, e);
        }
    }

    async Task WaitForTurnAsync(QueuedMessage message, DueMessage due, long since, TimeSpan wait, CancellationToken cancellationToken)
    {
        var waiting = due with { Turn = due.Turn ?? since + (long)(wait.TotalSeconds * time.TimestampFrequency) };
        // One that had a turn was taken up before it, to tell its sender.
        if (due.Turn is not null)
        {
            if (await attempt.WaitOnAsync(message, due, Throttles.NotYet, model(), cancellationToken) is not { } left)
                return;
            waiting = left;
        }
        var now = time.GetUtcNow();
        var step = await RetryPolicy.NextStepAsync(message, waiting.Recipients, model(), now, cancellationToken) - now;
        wait = step < wait ? step : wait;
        schedule.Add(waiting with { Message = null }, wait > Shortest ? wait : Shortest);
    }

    /// <summary>With the next step of its life, where it may find no place among those that are under way.</summary>
    async ValueTask<DueMessage> MayPauseAsync(QueuedMessage message, DueMessage due, CancellationToken cancellationToken)
    {
        if (!due.Throttles.Any(static key => key.Throttle.Concurrency > 0))
            return due;
        var step = await RetryPolicy.NextStepAsync(message, due.Recipients, model(), time.GetUtcNow(), cancellationToken);
        return due with { Pause = new Pause(step, Throttles.NotYet) };
    }

    bool HasStepPassed(DueMessage due) => due.Pause is { Step: var step } && step <= time.GetUtcNow();

    TimeSpan UntilTurn(DueMessage due) => due.Turn is { } turn ? time.GetElapsedTime(time.GetTimestamp(), turn) : TimeSpan.Zero;
}
