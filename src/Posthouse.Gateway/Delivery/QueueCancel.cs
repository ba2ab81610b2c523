using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Delivery;

/// <summary>What came of a cancel for one message.</summary>
/// <param name="Key">The message.</param>
/// <param name="Answer">Done where a recipient was ended.</param>
/// <param name="HasOthers">Some of it wait still, since they go elsewhere.</param>
/// <param name="HasUnknown">Of some nobody knows where they go; they wait as well.</param>
readonly record struct CancelAnswer(MessageKey Key, QueueAnswer Answer, bool HasOthers = false, bool HasUnknown = false);

/// <summary>Ends messages by an operator's word: for all their recipients that wait, or for those on their way to a hop.</summary>
sealed class QueueCancel(
    IMessageStore store, ReportDesk reports, Schedule schedule, UnreachedHops unreached, MessageGate messages, QueuePlaces places, TimeProvider time,
    ILogger logger) : IDisposable
{
    static readonly Outcome Cancelled = new(Disposition.Permanent, Blame.Host, new Reply(554, new EnhancedCode(5, 7, 0), "cancelled by the operator"));

    // One at a time: whom one operator has ended another must find ended, or the sender is told twice.
    readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Cancels some messages after one wait for the disk, in their order. Where the token fires, it ends between two of them: those behind have no answer, and
    /// are as they were.
    /// </summary>
    /// <param name="keys">The messages.</param>
    /// <param name="hop">Ends those alone that are on their way there; null = all that wait.</param>
    /// <param name="withReport">Whether senders are told.</param>
    /// <param name="cancellationToken">The one who asked is gone.</param>
    internal async Task<IReadOnlyList<CancelAnswer>> RunAsync(
        IReadOnlyList<MessageKey> keys, string? hop, bool withReport, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        // No attempt begins between the look and the mark.
        foreach (var key in keys)
            messages.Stop(key);
        // What is under way may end while the disk is waited for, and its marks would not be among those that are waited for.
        var running = keys.Where(messages.IsRunning).ToHashSet();
        HashSet<MessageKey> ended = [];
        try
        {
            // The marks of the last attempts may be on their way to the disk still: whom they end is not cancelled.
            if (!await WrittenMarks.AreOnDiskAsync(store, time, cancellationToken))
            {
                var obstacle = store.HasFailed ? QueueAnswer.Failed : QueueAnswer.DiskBusy;
                return [.. keys.Select(key => new CancelAnswer(key, obstacle))];
            }
            var look = hop is null ? null : places.At(keys);
            List<CancelAnswer> answers = new(keys.Count);
            foreach (var key in keys)
            {
                if (cancellationToken.IsCancellationRequested)
                    break;
                var answer = running.Contains(key) || messages.IsRunning(key) ? new(key, QueueAnswer.Busy) : await TryCancelAsync(key, hop, look, withReport);
                if (answer.Answer == QueueAnswer.Done)
                    ended.Add(key);
                answers.Add(answer);
            }
            return answers;
        }
        finally
        {
            Forget(due => ended.Contains(due.Key) && due.Recipients.All(recipient => messages.HasEnded(due.Key, recipient.Ordinal)));
            // What came meanwhile goes on, each in its turn.
            foreach (var due in keys.SelectMany(messages.Resume))
                schedule.Add(due, TimeSpan.Zero);
            _turn.Release();
        }
    }

    /// <summary>What breaks at one must not lose what was done to others.</summary>
    async Task<CancelAnswer> TryCancelAsync(MessageKey key, string? hop, QueuePlaces.Look? look, bool withReport)
    {
        try
        {
            return await CancelAsync(key, hop, look is null ? null : await look.OfAsync(key), withReport);
        }
        catch (Exception e)
        {
            DeliveryLog.CancelBroke(logger, key.ToString(), e);
            return new(key, QueueAnswer.Failed);
        }
    }

    async Task<CancelAnswer> CancelAsync(MessageKey key, string? hop, RecipientPlaces? found, bool withReport)
    {
        if (store.Show(key) is not { } detail || store.Read(key) is not { } message)
            return new(key, QueueAnswer.NotFound);
        var waiting = detail.Recipients.Where(static one => one.State == RecipientState.Waiting.Name()).ToArray();
        var meant = hop is null ? waiting : Array.FindAll(waiting, one => found!.ByHop.GetValueOrDefault(hop)?.Contains(one.Ordinal) == true);
        var (hasOthers, hasUnknown) = (meant.Length < waiting.Length, found?.Unknown > 0);
        if (meant.Length == 0)
            return new(key, QueueAnswer.Unchanged, hasOthers, hasUnknown);
        var owed = withReport
            ? await reports.MakeAsync(message, null,
                meant.Select(one => new Reportable(one.Ordinal, Cancelled, ReportKind.Failed) { MaybeDelivered = one.MaybeDelivered, IsWait = true }))
            : [];
        // A hop's late word may have begun to be waited for.
        if (messages.IsRunning(key))
            return new(key, QueueAnswer.Busy);
        var now = time.GetUtcNow();
        RecipientMark[] marks =
            [.. meant.Select(one =>
                new RecipientMark(one.Ordinal, RecipientState.Failed, one.Attempts, now, one.MaybeDelivered, Cancelled.Reply.ToString(), one.Notices))];
        if (!store.Record(key, marks, owed))
            return new(key, QueueAnswer.Failed);
        messages.End(key, hasOthers ? [.. meant.Select(static one => one.Ordinal)] : null);
        DeliveryLog.Cancelled(logger, key.ToString(), meant.Length, owed.Count > 0);
        return new(key, QueueAnswer.Done, hasOthers, hasUnknown);
    }

    void Forget(Predicate<DueMessage> isMeant)
    {
        schedule.Remove(isMeant);
        unreached.Remove(isMeant);
    }
}
