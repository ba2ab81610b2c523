using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>An operator's word on the queue, obeyed by the running loop at once.</summary>
sealed class QueueControl(
    IMessageStore store, Schedule schedule, UnreachedHops unreached, MessageGate messages, QueueCancel cancel, QueuePlaces places, ILogger logger)
        : IQueueControl
{
    const int Page = 1000;

    public async Task<IReadOnlyList<QueueEntry>> ListAsync(string after, int most)
    {
        var entries = store.List(MessageKey.TryParse(after, out var key) ? key : default, most);
        var look = places.Now();
        List<QueueEntry> seen = new(entries.Count);
        foreach (var entry in entries)
            seen.Add(await SeenAsync(entry, look));
        return seen;
    }

    public async Task<QueueEntryDetail?> ShowAsync(string id) =>
        MessageKey.TryParse(id, out var key) && store.Show(key) is { } detail ? detail with { Message = await SeenAsync(detail.Message, places.Now()) } : null;

    public async Task<QueueAnswer> ActAsync(string id, QueueAction action, bool withReport = true)
    {
        if (!MessageKey.TryParse(id, out var key) || store.Show(key) is null)
            return QueueAnswer.NotFound;
        var answer = await ActAsync(key, action, withReport);
        if (action == QueueAction.Cancel && answer == QueueAnswer.Done)
            Forget(due => due.Key == key);
        else if (action == QueueAction.Retry && answer == QueueAnswer.Done)
            answer = Hasten(due => due.Key == key).Count > 0 ? QueueAnswer.Done : QueueAnswer.Unchanged;
        return answer;
    }

    public async Task<QueueActionCounts> ActOnAllAsync(string? hop, QueueAction action, bool withReport = true)
    {
        if (hop is not null && places.Refusal(hop) is { Length: > 0 } refusal)
            return new(0, 0, 0, 0, 0, 0) { Refusal = refusal };
        var (look, unrouted) = (places.Now(), 0);
        Dictionary<MessageKey, QueueAnswer> answers = [];
        await foreach (var key in KeysAsync())
        {
            var isMeant = hop is null;
            if (hop is not null)
            {
                var hops = await look.OfAsync(key);
                isMeant = hops.Contains(hop);
                unrouted += hops.Count == 0 ? 1 : 0;
            }
            if (isMeant)
                answers[key] = await ActAsync(key, action, withReport);
        }
        if (action == QueueAction.Cancel)
            Forget(due => answers.GetValueOrDefault(due.Key, QueueAnswer.NotFound) == QueueAnswer.Done);
        if (action == QueueAction.Retry)
        {
            // Of a message that goes to several hops, the others keep their time as far as it is known who they are.
            var hastened = Hasten(due => answers.GetValueOrDefault(due.Key, QueueAnswer.NotFound) == QueueAnswer.Done
                && (hop is null || due.Hop is null || due.Hop == hop));
            foreach (var (key, answer) in answers.Where(static one => one.Value == QueueAnswer.Done).ToArray())
                answers[key] = hastened.Contains(key) ? answer : QueueAnswer.Unchanged;
        }
        return new(Count(QueueAnswer.Done), Count(QueueAnswer.Unchanged), Count(QueueAnswer.Held), Count(QueueAnswer.Busy), Count(QueueAnswer.Failed),
            unrouted);

        int Count(QueueAnswer answer) => answers.Values.Count(one => one == answer);
    }

    public Task<QueueAnswer> DropAsync(string id) => MessageKey.TryParse(id, out var key) ? store.DropAsync(key) : Task.FromResult(QueueAnswer.NotFound);

    /// <summary>For a retry, whether it may be; the hastening is one look at all of them together.</summary>
    async Task<QueueAnswer> ActAsync(MessageKey key, QueueAction action, bool withReport) => action switch
    {
        QueueAction.Retry => messages.IsHeld(key) ? QueueAnswer.Held : QueueAnswer.Done,
        QueueAction.Hold => Hold(key),
        QueueAction.Release => Release(key),
        _ => await cancel.RunAsync(key, withReport),
    };

    QueueAnswer Hold(MessageKey key)
    {
        if (!messages.Hold(key))
            return QueueAnswer.Unchanged;
        DeliveryLog.Held(logger, key.ToString());
        return store.Hold(key, isHeld: true) ? QueueAnswer.Done : QueueAnswer.Failed;
    }

    QueueAnswer Release(MessageKey key)
    {
        if (messages.Release(key) is not { } parked)
            return QueueAnswer.Unchanged;
        DeliveryLog.Released(logger, key.ToString());
        var isWritten = store.Hold(key, isHeld: false);
        schedule.AddNow(parked);
        return isWritten ? QueueAnswer.Done : QueueAnswer.Failed;
    }

    HashSet<MessageKey> Hasten(Predicate<DueMessage> isMeant)
    {
        IReadOnlyList<DueMessage> hastened = [.. schedule.Remove(isMeant), .. unreached.Remove(isMeant)];
        schedule.AddNow(hastened);
        return [.. hastened.Select(static due => due.Key)];
    }

    void Forget(Predicate<DueMessage> isMeant)
    {
        schedule.Remove(isMeant);
        unreached.Remove(isMeant);
    }

    async IAsyncEnumerable<MessageKey> KeysAsync()
    {
        for (var after = default(MessageKey); ;)
        {
            // The store is read by whoever asks, and must not hold up the thread that answers for other requests too.
            await Task.Yield();
            var page = store.List(after, Page);
            foreach (var entry in page)
            {
                if (MessageKey.TryParse(entry.Id, out after))
                    yield return after;
            }
            if (page.Count < Page)
                yield break;
        }
    }

    // The store may still be writing that it is held.
    async ValueTask<QueueEntry> SeenAsync(QueueEntry entry, QueuePlaces.Look look) => !MessageKey.TryParse(entry.Id, out var key) ? entry : entry with
    {
        IsHeld = messages.IsHeld(key),
        IsBeingDelivered = messages.IsRunning(key),
        Hops = await look.OfAsync(key),
    };
}
