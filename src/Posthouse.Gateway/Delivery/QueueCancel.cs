using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Ends a message for all its recipients that wait, by an operator's word. What of it is in the schedule is still there afterwards, and passes no gate.
/// </summary>
sealed class QueueCancel(IMessageStore store, ReportDesk reports, Schedule schedule, MessageGate messages, TimeProvider time, ILogger logger)
{
    static readonly Outcome Cancelled = new(Disposition.Permanent, Blame.Host, new Reply(554, new EnhancedCode(5, 7, 0), "cancelled by the operator"));

    /// <summary>For the marks of attempts that have ended; on a full disk they may take longer.</summary>
    static readonly TimeSpan MarkPatience = TimeSpan.FromSeconds(10);

    internal async Task<QueueAnswer> RunAsync(MessageKey key, bool withReport)
    {
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
                messages.End(key);
            else if (wasFree)
                schedule.AddNow(messages.Release(key) ?? []);
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
            ? await reports.MakeAsync(message, null,
                waiting.Select(one => new Reportable(one.Ordinal, Cancelled, ReportKind.Failed) { MaybeDelivered = one.MaybeDelivered, IsWait = true }))
            : [];
        var now = time.GetUtcNow();
        RecipientMark[] marks =
            [.. waiting.Select(one =>
                new RecipientMark(one.Ordinal, RecipientState.Failed, one.Attempts, now, one.MaybeDelivered, Cancelled.Reply.ToString(), one.Notices))];
        if (!store.Record(key, marks, owed))
            return QueueAnswer.Failed;
        DeliveryLog.Cancelled(logger, key.ToString(), waiting.Length, owed.Count > 0);
        return QueueAnswer.Done;
    }
}
