using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>An operator's word on the queue, obeyed by the running loop at once.</summary>
sealed class QueueControl(
    IMessageStore store, Schedule schedule, UnreachedHops unreached, MessageGate messages, QueueCancel cancel, QueuePlaces places, TimeProvider time,
    ILogger logger) : IQueueControl
{
    const int Page = 1000;

    // What the gate and the store are told of a hold stays in one order, whoever else has a word to say.
    readonly Lock _holds = new();

    public async Task<IReadOnlyList<QueueEntry>> ListAsync(string after, int most)
    {
        await ElsewhereAsync();
        var entries = store.List(MessageKey.TryParse(after, out var key) ? key : default, most);
        var look = places.At(entries.Select(static entry => KeyOf(entry)));
        List<QueueEntry> seen = new(entries.Count);
        foreach (var entry in entries)
            seen.Add(await SeenAsync(entry, look));
        return seen;
    }

    public async Task<QueueEntryDetail?> ShowAsync(string id)
    {
        await ElsewhereAsync();
        return MessageKey.TryParse(id, out var key) && store.Show(key) is { } detail
            ? detail with { Message = await SeenAsync(detail.Message, places.At([key])) }
            : null;
    }

    public async Task<QueueAnswer> ActAsync(string id, QueueAction action, bool withReport, CancellationToken cancellationToken)
    {
        await ElsewhereAsync();
        if (!MessageKey.TryParse(id, out var key) || store.Show(key) is null)
            return QueueAnswer.NotFound;
        var answer = action == QueueAction.Cancel ? await CancelAsync(key, withReport, cancellationToken) : Act(key, action);
        if (answer != QueueAnswer.Done)
            return answer;
        if (action == QueueAction.Retry)
            return Hasten(due => due.Key == key).Count > 0 ? QueueAnswer.Done : NotHastened(places.At([key]), key);
        return await KeptAsync(cancellationToken);
    }

    public async Task<QueueActionCounts> ActOnAllAsync(
        string? hop, QueueAction action, bool withReport, CancellationToken cancellationToken)
    {
        if (hop is not null && places.Refusal(hop) is { Length: > 0 } refusal)
            return new(0, 0, 0, 0, 0, 0) { Refusal = refusal };
        var counts = new ActionCounter(hop);
        try
        {
            await ElsewhereAsync();
            Dictionary<MessageKey, List<int>?> tried = [];
            foreach (var page in Waiting(cancellationToken).Chunk(Page))
            {
                var meant = await MeantAsync(page, hop, counts, cancellationToken);
                if (action == QueueAction.Cancel)
                {
                    if (!counts.Add(await cancel.RunAsync([.. meant.Select(static one => one.Key)], hop, withReport, cancellationToken)))
                        break;
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }
                foreach (var (key, ordinals, isTakenAlong) in meant)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var answer = Act(key, action);
                    if (action == QueueAction.Retry && answer == QueueAnswer.Done)
                        tried.Add(key, ordinals);
                    else
                        counts.Add(answer, isTakenAlong);
                }
            }
            if (action == QueueAction.Retry)
            {
                // Of a message that goes to several hops, the others keep their time as far as it is known who they are.
                var hastened = Hasten(due => tried.TryGetValue(due.Key, out var ordinals)
                    && (hop is null || due.Hop == hop || (due.Hop is null && due.Recipients.Any(recipient => ordinals!.Contains(recipient.Ordinal)))));
                var look = places.At(tried.Keys);
                foreach (var key in tried.Keys)
                    counts.Add(hastened.Contains(key) ? QueueAnswer.Done : NotHastened(look, key));
            }
            else if (counts.HasDone && await KeptAsync(cancellationToken) != QueueAnswer.Done)
                counts.IsUnwritten = true;
            return counts.Total();
        }
        catch (Exception e) when (counts.HasDone)
        {
            DeliveryLog.WordCutShort(logger, action, counts.Total().Done, e is OperationCanceledException ? "whoever gave the word is gone, or the gateway stops" : e.Message);
            throw;
        }
    }

    public Task<QueueAnswer> DropAsync(string id) => MessageKey.TryParse(id, out var key) ? store.DropAsync(key) : Task.FromResult(QueueAnswer.NotFound);

    /// <summary>The store is read by whoever asks, and must not hold up the thread that answers for other requests too.</summary>
    static async Task ElsewhereAsync() => await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>
    /// All that waits now, before anything is done to it: neither what comes meanwhile is meant nor the reports of a cancel, which would be cancelled in their
    /// turn.
    /// </summary>
    List<(MessageKey Key, int Recipients)> Waiting(CancellationToken cancellationToken)
    {
        List<(MessageKey, int)> all = [];
        for (var after = default(MessageKey); ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = store.List(after, Page);
            foreach (var entry in page)
                all.Add((after = KeyOf(entry), entry.Waiting));
            if (page.Count < Page)
                return all;
        }
    }

    /// <summary>Those of a page that have to do with a hop, which recipients of theirs, and whether they have to do with others too.</summary>
    async Task<List<(MessageKey Key, List<int>? Ordinals, bool IsTakenAlong)>> MeantAsync(
        (MessageKey Key, int Recipients)[] page, string? hop, ActionCounter counts, CancellationToken cancellationToken)
    {
        if (hop is null)
            return [.. page.Select(static one => (one.Key, (List<int>?)null, false))];
        List<(MessageKey, List<int>?, bool)> meant = [];
        var look = places.At(page.Select(static one => one.Key));
        foreach (var (key, recipients) in page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = await look.OfAsync(key, recipients);
            if (found.ByHop.TryGetValue(hop, out var ordinals))
                meant.Add((key, ordinals, found.GoElsewhereThan(hop)));
            else if (found.Unknown > 0)
                counts.LeaveOut();
        }
        return meant;
    }

    /// <summary>For a retry, whether it may be; the hastening is one look at all of them together.</summary>
    QueueAnswer Act(MessageKey key, QueueAction action) => action switch
    {
        QueueAction.Retry => messages.IsHeld(key) ? QueueAnswer.Held : QueueAnswer.Done,
        QueueAction.Hold => Hold(key),
        _ => Release(key),
    };

    QueueAnswer Hold(MessageKey key)
    {
        lock (_holds)
        {
            if (!messages.Hold(key))
                return QueueAnswer.Unchanged;
            DeliveryLog.Held(logger, key.ToString());
            return store.Hold(key, isHeld: true) ? QueueAnswer.Done : QueueAnswer.Failed;
        }
    }

    QueueAnswer Release(MessageKey key)
    {
        lock (_holds)
        {
            if (messages.Release(key) is not { } parked)
                return QueueAnswer.Unchanged;
            DeliveryLog.Released(logger, key.ToString());
            var isWritten = store.Hold(key, isHeld: false);
            schedule.AddNow(parked);
            return isWritten ? QueueAnswer.Done : QueueAnswer.Failed;
        }
    }

    async Task<QueueAnswer> CancelAsync(MessageKey key, bool withReport, CancellationToken cancellationToken)
    {
        var answers = await cancel.RunAsync([key], null, withReport, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return answers[0].Answer;
    }

    static QueueAnswer NotHastened(QueuePlaces.Look look, MessageKey key) =>
        look.WaitOf(key) == QueueWait.Throttle ? QueueAnswer.Throttled : QueueAnswer.Unchanged;

    /// <summary>What waits for its time, or for its hop. A rate is kept also from an operator in a hurry, since it is mostly what somebody else bears.</summary>
    HashSet<MessageKey> Hasten(Predicate<DueMessage> isMeant)
    {
        IReadOnlyList<DueMessage> hastened = [.. schedule.Remove(due => isMeant(due) && !due.IsBeforeTurn(time)), .. unreached.Remove(isMeant)];
        schedule.AddNow(hastened);
        return [.. hastened.Select(static due => due.Key)];
    }

    /// <summary>What was done outlasts a restart only once it is on disk; nobody is told before that it is done.</summary>
    async Task<QueueAnswer> KeptAsync(CancellationToken cancellationToken) =>
        await WrittenMarks.AreOnDiskAsync(store, time, cancellationToken) ? QueueAnswer.Done : QueueAnswer.Unwritten;

    static MessageKey KeyOf(QueueEntry entry) =>
        MessageKey.TryParse(entry.Id, out var key) ? key : throw new InvalidOperationException($"{entry.Id} is no queue id.");

    // The store may still be writing that it is held.
    async ValueTask<QueueEntry> SeenAsync(QueueEntry entry, QueuePlaces.Look look)
    {
        var key = KeyOf(entry);
        return entry with
        {
            IsHeld = messages.IsHeld(key),
            IsBeingDelivered = messages.IsRunning(key),
            WaitsFor = look.WaitOf(key),
            Hops = (await look.OfAsync(key, entry.Waiting)).Hops,
        };
    }
}
