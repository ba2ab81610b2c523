using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Delivery;

/// <summary>What is made of an outcome: the mark, and the news for the sender, if there is any.</summary>
readonly record struct Settled(RecipientMark Mark, Reportable? News);

/// <summary>
/// Step 10, for one recipient: done, again later, or failed. Only the host's own word is final; a way that is down, or a definition
/// of ours that is wrong, delays until the message expires.
/// </summary>
static class RetryPolicy
{
    const int MaxReply = 512;
    static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    static readonly QueueModel Defaults = new();

    internal static async ValueTask<Settled> DecideAsync(
        QueuedMessage message, DueRecipient recipient, Outcome outcome, QueueModel model, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reply = Shorten(outcome.Reply.ToString());
        var attempts = recipient.Attempts + 1;
        var maybeDelivered = recipient.MaybeDelivered || outcome.MaybeDelivered;
        var mark = new RecipientMark(recipient.Ordinal, RecipientState.Waiting, attempts, now, maybeDelivered, reply, recipient.Notices);
        var failure = new Reportable(recipient.Ordinal, outcome, ReportKind.Failed) { MaybeDelivered = maybeDelivered };
        if (outcome.Disposition == Disposition.Delivered)
            return new(mark with { State = RecipientState.Delivered, MaybeDelivered = false },
                new Reportable(recipient.Ordinal, outcome, ReportKind.Delivered));
        if (outcome is { Disposition: Disposition.Permanent, Blame: not (Blame.Definition or Blame.Transport) })
            return new(mark with { State = RecipientState.Failed }, failure);

        var envelope = message.Envelope;
        var subject = new QueuedRecipient(message, envelope.Recipients[recipient.Ordinal]) { Exchanger = outcome.Exchanger ?? "" };
        var expires = envelope.Origin.Received + await OrElse(model.Expire, Longest(model.Expire), subject, cancellationToken);
        if (now >= expires)
        {
            return new(mark with { State = RecipientState.Failed, Reply = Shorten($"expired; last: {reply}") }, failure with { HasExpired = true });
        }

        var steps = await OrElse(model.Retry, Defaults.Retry.Values[0], subject, cancellationToken);
        var wait = steps.Count == 0 ? ShortestRetry : steps[Math.Clamp(attempts, 1, steps.Count) - 1];
        if (wait < ShortestRetry)
            wait = ShortestRetry;
        var due = now + wait;

        // One notice for each step; those that passed unseen, as while the gateway was down, are told of once.
        var notify = ReportKind.Delayed.IsWanted(envelope.Recipients[recipient.Ordinal]) && envelope.Mail.ReversePath is not null
            ? (await OrElse(model.Notify, Defaults.Notify.Values[0], subject, cancellationToken)).Order().ToArray()
            : [];
        var passed = notify.Count(step => envelope.Origin.Received + step <= now);
        var next = passed < notify.Length ? envelope.Origin.Received + notify[passed] : expires;
        // A try at each step, so that what the notice says is of now, and a last one at the end of its life. But one that may have arrived
        // by this attempt waits its whole time before a second copy is risked. One that may have by an earlier attempt has had that wait.
        if (due > next && !outcome.MaybeDelivered)
            due = next < expires ? Later(next, now) : expires;
        if (due > expires && !outcome.MaybeDelivered)
            due = expires;
        Reportable? news = passed > recipient.Notices ? new Reportable(recipient.Ordinal, outcome, ReportKind.Delayed) { Expires = expires } : null;
        return new(mark with { Due = due, Notices = Math.Max(passed, recipient.Notices) }, news);
    }

    /// <summary>The next moment that its sender has to hear of, or at which it expires.</summary>
    static async ValueTask<DateTimeOffset> NextStepAsync(QueuedMessage message, int ordinal, QueueModel model, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var envelope = message.Envelope;
        var subject = new QueuedRecipient(message, envelope.Recipients[ordinal]);
        var expires = envelope.Origin.Received + await OrElse(model.Expire, Longest(model.Expire), subject, cancellationToken);
        var steps = await OrElse(model.Notify, Defaults.Notify.Values[0], subject, cancellationToken);
        return steps.Select(step => envelope.Origin.Received + step).Where(step => step > now && step < expires).Append(expires).Min();
    }

    /// <summary>The same for some of a message: the first of all.</summary>
    internal static async ValueTask<DateTimeOffset> NextStepAsync(
        QueuedMessage message, IEnumerable<DueRecipient> recipients, QueueModel model, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = DateTimeOffset.MaxValue;
        foreach (var recipient in recipients)
        {
            var step = await NextStepAsync(message, recipient.Ordinal, model, now, cancellationToken);
            first = step < first ? step : first;
        }
        return first;
    }

    static DateTimeOffset Later(DateTimeOffset moment, DateTimeOffset now) => moment < now + ShortestRetry ? now + ShortestRetry : moment;

    /// <summary>
    /// An outcome must be marked, come what may. A schedule that depends on a host which does not answer is the default one for now; an expiry is
    /// the latest that it may come to, since an outage must not return mail that has time left.
    /// </summary>
    static async ValueTask<T> OrElse<T>(Setting<T> setting, T otherwise, QueuedRecipient subject, CancellationToken cancellationToken)
    {
        try
        {
            var value = await setting.EvaluateAsync(subject, cancellationToken);
            if (value.IsAvailable)
                return value.Value;
        }
        catch (Exception)
        {
            // A shutdown, or a rule that broke: neither may cost the mark.
        }
        return otherwise;
    }

    static TimeSpan Longest(Setting<TimeSpan> expire) => expire.Values.DefaultIfEmpty(Defaults.Expire.Values[0]).Max();

    static string Shorten(string text) => text.Length <= MaxReply ? text : text[..MaxReply];
}
