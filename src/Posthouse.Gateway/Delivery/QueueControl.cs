using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Delivery;

/// <summary>An operator's word on the queue, obeyed by the running loop at once.</summary>
sealed class QueueControl(IMessageStore store, ReportDesk reports, Schedule schedule, MessageGate messages, TimeProvider time, ILogger logger) : IQueueControl
{
    static readonly Outcome Cancelled = new(Disposition.Permanent, Blame.Host, new Reply(554, new EnhancedCode(5, 7, 0), "cancelled by the operator"));

    /// <summary>For the marks of attempts that have ended; on a full disk they may take longer.</summary>
    static readonly TimeSpan MarkPatience = TimeSpan.FromSeconds(10);

    public IReadOnlyList<QueueEntry> List(string after, int most) =>
        [.. store.List(MessageKey.TryParse(after, out var key) ? key : default, most).Select(AsHeld)];

    public QueueEntryDetail? Show(string id) =>
        MessageKey.TryParse(id, out var key) && store.Show(key) is { } detail ? detail with { Message = AsHeld(detail.Message) } : null;

    public QueueAnswer Retry(string id)
    {
        if (!MessageKey.TryParse(id, out var key) || store.Show(key) is null)
            return QueueAnswer.NotFound;
        return Hasten(due => due.Key == key) > 0 ? QueueAnswer.Done : QueueAnswer.Unchanged;
    }

    public int RetryHop(string? hop) => Hasten(due => hop is null || due.Hop is null || due.Hop == hop);

    public QueueAnswer Hold(string id)
    {
        if (!MessageKey.TryParse(id, out var key) || store.Show(key) is null)
            return QueueAnswer.NotFound;
        if (!messages.Hold(key))
            return QueueAnswer.Unchanged;
        DeliveryLog.Held(logger, id);
        return store.Hold(key, isHeld: true) ? QueueAnswer.Done : QueueAnswer.Failed;
    }

    public QueueAnswer Release(string id)
    {
        if (!MessageKey.TryParse(id, out var key))
            return QueueAnswer.NotFound;
        if (messages.Release(key) is not { } parked)
            return store.Show(key) is null ? QueueAnswer.NotFound : QueueAnswer.Unchanged;
        DeliveryLog.Released(logger, id);
        var isWritten = store.Hold(key, isHeld: false);
        Enqueue(parked);
        return isWritten ? QueueAnswer.Done : QueueAnswer.Failed;
    }

    public async Task<QueueAnswer> CancelAsync(string id, bool withReport)
    {
        if (!MessageKey.TryParse(id, out var key))
            return QueueAnswer.NotFound;
        // Held meanwhile, so that no attempt begins between the look and the mark.
        var wasFree = messages.Hold(key);
        var answer = QueueAnswer.Failed;
        try
        {
            answer = messages.IsRunning(key) ? QueueAnswer.Busy : await CancelHeldAsync(key, withReport);
        }
        finally
        {
            if (answer is QueueAnswer.Done)
            {
                messages.End(key);
                schedule.Remove(due => due.Key == key);
            }
            else if (wasFree)
            {
                Enqueue(messages.Release(key) ?? []);
            }
        }
        return answer;
    }

    async Task<QueueAnswer> CancelHeldAsync(MessageKey key, bool withReport)
    {
        // No attempt is under way, but the marks of the last ones may be on their way to the disk still: whom they end is not cancelled.
        try
        {
            if (!await store.WrittenAsync().WaitAsync(MarkPatience, time))
                return QueueAnswer.Failed;
        }
        catch (TimeoutException)
        {
            return QueueAnswer.Busy;
        }
        if (store.Show(key) is not { } detail || store.Read(key) is not { } message)
            return QueueAnswer.NotFound;
        var waiting = detail.Recipients.Where(static one => one.State == RecipientState.Waiting.Name()).ToArray();
        var owed = withReport
            ? await reports.MakeAsync(message, null, waiting.Select(one => new Reportable(one.Ordinal, Cancelled with { MaybeDelivered = one.MaybeDelivered }, ReportKind.Failed)))
            : [];
        var now = time.GetUtcNow();
        if (!store.Record(key, [.. waiting.Select(one => new RecipientMark(one.Ordinal, RecipientState.Failed, one.Attempts, now, one.MaybeDelivered, Cancelled.Reply.ToString(), one.Notices))], owed))
            return QueueAnswer.Failed;
        DeliveryLog.Cancelled(logger, key.ToString(), waiting.Length, owed.Count > 0);
        return QueueAnswer.Done;
    }

    int Hasten(Predicate<DueMessage> isMeant)
    {
        var hastened = schedule.Remove(isMeant);
        Enqueue(hastened);
        return hastened.DistinctBy(static due => due.Key).Count();
    }

    void Enqueue(IReadOnlyList<DueMessage> due)
    {
        foreach (var one in due)
            schedule.Add(one with { Turn = 0 }, TimeSpan.Zero);
    }

    // The store may still be writing it.
    QueueEntry AsHeld(QueueEntry entry) =>
        MessageKey.TryParse(entry.Id, out var key) ? entry with { IsHeld = messages.IsHeld(key) } : entry;
}
