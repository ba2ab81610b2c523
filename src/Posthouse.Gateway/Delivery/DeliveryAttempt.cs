using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// One attempt, steps 8 to 10: relays, hears an outcome for each recipient, marks and schedules. The place where what is thrown
/// becomes an outcome.
/// </summary>
sealed class DeliveryAttempt(
    IMessageStore store, IHops hops, ReportDesk reports, Schedule schedule, UnreachedHops unreached, TimeProvider time, ILogger logger) : IDisposable
{
    static readonly TimeSpan AfterMishap = TimeSpan.FromMinutes(15);

    readonly HopDelays _delays = new(time, logger);

    public void Dispose() => _delays.Dispose();

    /// <summary>The message; null where it has left the queue.</summary>
    internal QueuedMessage? Load(DueMessage due)
    {
        var message = due.Message ?? store.Read(due.Key);
        if (message is null)
            DeliveryLog.Gone(logger, due.Key.ToString());
        return message;
    }

    /// <summary>Waits for the disk to take what is recorded; false: no attempt begins any more.</summary>
    internal async ValueTask<bool> MayBeginAsync(CancellationToken stop)
    {
        try
        {
            await store.CaughtUpAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        return !stop.IsCancellationRequested;
    }

    /// <param name="id">The hop's name.</param>
    /// <param name="due">What goes there.</param>
    /// <param name="model">The configuration in force.</param>
    /// <param name="heard">Told for each transaction whether the hop has had a word on it.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    internal async Task RunAsync(string id, DueMessage due, QueueModel model, Action<bool>? heard, CancellationToken cancellationToken)
    {
        if (store.HasFailed || cancellationToken.IsCancellationRequested)
            return;
        // A message that is not at hand comes from the disk, which must not hold up the thread that polls the sockets.
        if (due.Message is null)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        QueuedMessage? message;
        try
        {
            message = Load(due);
        }
        catch (Exception e)
        {
            PutOff(due, e);
            return;
        }
        if (message is null)
            return;
        for (var recipients = due.Recipients; recipients.Count > 0;)
        {
            // 8.
            if (await TryRelayAsync(id, message, recipients, cancellationToken) is not { } outcomes)
                return;
            heard?.Invoke(outcomes.Any(static outcome => outcome.Blame is Blame.None or Blame.Host));
            (DueRecipient Recipient, Outcome Outcome)[] all = [.. recipients.Zip(outcomes)];
            (DueRecipient Recipient, Outcome Outcome)[] ended = [.. all.Where(static one => !one.Outcome.IsUntried)];
            // What fails on the way or by our own definition says nothing for the others, who would all come to the same.
            if (ended.Any(static one => one.Outcome.Blame is Blame.None or Blame.Host))
                unreached.Release(id);
            if (ended.Length < all.Length)
                await WaitForHopAsync(id, due, message, [.. all.Where(static one => one.Outcome.IsUntried)], model, cancellationToken);
            // The host has had its last word on some and puts the others off to another transaction: that can be now, and ends, since each settles some.
            var isSplit = outcomes.Any(static outcome => outcome.Disposition != Disposition.Temporary);
            recipients = isSplit ? [.. ended.Where(static one => one.Outcome.IsOneTooMany).Select(static one => one.Recipient)] : [];
            // 10.
            await SettleAsync(message, id, isSplit ? [.. ended.Where(static one => !one.Outcome.IsOneTooMany)] : ended, model, cancellationToken);
        }
    }

    /// <summary>The outcomes; null where it was given up, which leaves the recipients as they are.</summary>
    async Task<IReadOnlyList<Outcome>?> TryRelayAsync(string id, QueuedMessage message, IReadOnlyList<DueRecipient> recipients,
        CancellationToken cancellationToken)
    {
        try
        {
            return await RelayAsync(id, message, recipients, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            DeliveryLog.GivenUp(logger, message.Key.ToString(), id);
            return null;
        }
        catch (Exception e)
        {
            DeliveryLog.AttemptBroke(logger, message.Key.ToString(), e);
            var broke = new Outcome(Disposition.Temporary, Blame.Definition, new Reply(451, new EnhancedCode(4, 3, 0), "the attempt broke off"),
                MaybeDelivered: true);
            return [.. recipients.Select(_ => broke)];
        }
    }

    /// <summary>Step 10. Never throws: what has an outcome is marked, or comes back.</summary>
    internal async Task SettleAsync(
        QueuedMessage message, string? hop, IReadOnlyList<(DueRecipient Recipient, Outcome Outcome)> ended, QueueModel model,
        CancellationToken cancellationToken)
    {
        // Delivered first: their marks must not wait for a rule that asks a host when to try the others again.
        foreach (var sort in ended.GroupBy(static one => one.Outcome.Disposition == Disposition.Delivered).OrderByDescending(static sort => sort.Key))
        {
            try
            {
                await SettleAsync(message, hop, sort, model, cancellationToken);
            }
            catch (Exception e)
            {
                PutOff(new DueMessage(message.Key, [.. sort.Select(static one => Unmarked(one.Recipient, one.Outcome))], null), e);
            }
        }
    }

    /// <summary>One whose outcome goes unmarked: what a host has, or may have, of it is not forgotten with that.</summary>
    static DueRecipient Unmarked(DueRecipient recipient, Outcome outcome) =>
        recipient with { MaybeDelivered = recipient.MaybeDelivered || outcome is { MaybeDelivered: true } or { Disposition: Disposition.Delivered } };

    async Task SettleAsync(
        QueuedMessage message, string? hop, IEnumerable<(DueRecipient Recipient, Outcome Outcome)> ended, QueueModel model, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var settled = await Task.WhenAll(ended.Select(one =>
            RetryPolicy.DecideAsync(message, one.Recipient, one.Outcome, model, now, cancellationToken).AsTask()));
        RecipientMark[] marks = [.. settled.Select(static one => one.Mark)];
        var owed = await MakeReportsAsync(message, hop, marks, settled.Select(static one => one.News).OfType<Reportable>());
        if (!store.Record(message.Key, marks, owed))
            return;
        foreach (var (mark, one) in marks.Zip(ended))
            Tell(message, hop ?? "no hop", mark, one.Outcome, isHops: hop is not null && one.Outcome.Blame == Blame.Transport);
        TellOfSilence(message, marks, owed);
        foreach (var later in marks.Where(static mark => mark.State == RecipientState.Waiting).GroupBy(static mark => mark.Due))
            schedule.Add(new DueMessage(message.Key, [.. later.Select(DueRecipient.Of)],
                null) { Hop = hop }, later.Key - now);
    }

    /// <summary>A report of success that breaks must not bring a second copy; whoever failed has to be told of it, so that one is tried again.</summary>
    async Task<IReadOnlyList<OwnMessage>> MakeReportsAsync(QueuedMessage message, string? hop, RecipientMark[] marks, IEnumerable<Reportable> news)
    {
        try
        {
            return await reports.MakeAsync(message, hop, news);
        }
        catch (Exception e) when (Array.TrueForAll(marks, static mark => mark.State == RecipientState.Delivered))
        {
            DeliveryLog.ReportBroke(logger, message.Key.ToString(), e);
            return [];
        }
    }

    /// <summary>
    /// Step 10 for one that waits for something other than its time: a delay, and no attempt. What goes on waiting; null = nothing. What
    /// breaks is thrown before anything is marked.
    /// </summary>
    internal async Task<DueMessage?> WaitOnAsync(QueuedMessage message, DueMessage due, Outcome reason, QueueModel model, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var settled = await Task.WhenAll(due.Recipients.Select(recipient =>
            RetryPolicy.DecideAsync(message, recipient with { Attempts = recipient.Attempts - 1 }, reason, model, now, cancellationToken).AsTask()));
        RecipientMark[] marks = [.. settled.Select(static one => one.Mark)];
        var owed = await reports.MakeAsync(
            message, due.Hop, settled.Select(static one => one.News).OfType<Reportable>().Select(static one => one with { IsWait = true }));
        if (!store.Record(message.Key, marks, owed))
            return null;
        foreach (var mark in marks.Where(static mark => mark.State == RecipientState.Failed))
            DeliveryLog.Failed(logger, message.Key.ToString(), message.Envelope.Recipients[mark.Ordinal].Mailbox, due.Hop ?? "no hop", mark.Attempts,
                mark.Reply);
        TellOfSilence(message, marks, owed);
        DueRecipient[] waiting = [.. marks.Where(static mark => mark.State == RecipientState.Waiting).Select(DueRecipient.Of)];
        return waiting.Length > 0 ? due with { Recipients = waiting } : null;
    }

    /// <summary>Step 10 for those whose hop was not tried: they keep their place in the schedule, and go when it can be reached.</summary>
    async Task WaitForHopAsync(
        string id, DueMessage due, QueuedMessage message, (DueRecipient Recipient, Outcome Outcome)[] left, QueueModel model,
        CancellationToken cancellationToken)
    {
        // Its turn in each rate was not used.
        var waiting = due with { Recipients = [.. left.Select(static one => one.Recipient)], Message = null, Hop = id, Turn = 0 };
        try
        {
            var reason = left[0].Outcome;
            if (await WaitOnAsync(message, waiting, reason, model, cancellationToken) is not { } wait)
                return;
            var step = await RetryPolicy.NextStepAsync(message, wait.Recipients, model, time.GetUtcNow(), cancellationToken);
            var reply = reason.Reply.ToString();
            foreach (var recipient in wait.Recipients.Where(_ => _delays.IsNews(id, reply)))
                DeliveryLog.Untried(logger, message.Key.ToString(), message.Envelope.Recipients[recipient.Ordinal].Mailbox, id, reply);
            unreached.Add(id, wait with { Pause = new Pause(step, reason) }, hops.TryGet(id, out var hop) ? hop.Cooldown : TimeSpan.Zero);
        }
        catch (Exception e)
        {
            PutOff(waiting, e);
        }
    }

    /// <summary>
    /// Has a message that could not be tried, or whose outcome broke, come back later; the store knows nothing new of it.
    /// </summary>
    internal void PutOff(DueMessage due, Exception reason)
    {
        DeliveryLog.AttemptBroke(logger, due.Key.ToString(), reason);
        if (!store.HasFailed)
            schedule.Add(due with { Message = null }, AfterMishap);
    }

    async Task<IReadOnlyList<Outcome>> RelayAsync(string id, QueuedMessage message, IReadOnlyList<DueRecipient> recipients, CancellationToken cancellationToken)
    {
        if (!hops.TryGet(id, out var hop))
            return [.. recipients.Select(_ => Router.NoSuchRemote(id))];
        var envelope = message.Envelope;
        var request = new RelayRequest(envelope.Mail, [.. recipients.Select(recipient => envelope.Recipients[recipient.Ordinal])], message.Body)
        {
            Client = envelope.Origin.Client(),
        };
        CrashPoint.Reach("attempt.before");
        var result = await hop.RelayAsync(message, request, cancellationToken);
        CrashPoint.Reach("attempt.replied");
        // 9.
        if (result.Outcomes.Count != recipients.Count)
            throw new InvalidOperationException($"{result.Outcomes.Count} outcomes for {recipients.Count} recipients.");
        return result.Outcomes;
    }

    /// <summary>Whoever fails without a sender to be told would end without a trace of that.</summary>
    void TellOfSilence(QueuedMessage message, RecipientMark[] marks, IReadOnlyList<OwnMessage> owed)
    {
        if (message.Envelope.Mail.ReversePath is null && owed.Count == 0 && Array.Exists(marks, static mark => mark.State == RecipientState.Failed))
            DeliveryLog.NobodyTold(logger, message.Key.ToString());
    }

    void Tell(QueuedMessage message, string hop, RecipientMark mark, Outcome outcome, bool isHops)
    {
        var (queueId, recipient) = (message.Key.ToString(), message.Envelope.Recipients[mark.Ordinal].Mailbox);
        if (mark.State == RecipientState.Delivered)
            DeliveryLog.Delivered(logger, queueId, recipient, hop, mark.Reply);
        else if (mark.State == RecipientState.Failed)
            DeliveryLog.Failed(logger, queueId, recipient, hop, mark.Attempts, mark.Reply);
        else if (outcome.MaybeDelivered)
            DeliveryLog.MaybeDelivered(logger, queueId, recipient, hop, mark.Attempts, mark.Due, mark.Reply);
        else if (isHops && !_delays.IsNews(hop, mark.Reply))
            DeliveryLog.DelayedLikeOthers(logger, queueId, recipient, hop, mark.Attempts, mark.Due, mark.Reply);
        else
            DeliveryLog.Delayed(logger, queueId, recipient, hop, mark.Attempts, mark.Due, mark.Reply);
    }
}
