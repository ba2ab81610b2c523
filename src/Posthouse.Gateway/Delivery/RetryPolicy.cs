using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Step 10, for one recipient: done, again later, or failed. Only the host's own word is final; a way that is down, or a definition
/// of ours that is wrong, delays until the message expires.
/// </summary>
static class RetryPolicy
{
    const int MaxReply = 512;
    static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    static readonly QueueModel Defaults = new();

    internal static async ValueTask<RecipientMark> DecideAsync(
        QueuedMessage message, DueRecipient recipient, Outcome outcome, QueueModel model, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reply = Shorten(outcome.Reply.ToString());
        var attempts = recipient.Attempts + 1;
        if (outcome.Disposition == Disposition.Delivered)
            return new(recipient.Ordinal, RecipientState.Delivered, attempts, now, MaybeDelivered: false, reply);
        if (outcome is { Disposition: Disposition.Permanent, Blame: not (Blame.Definition or Blame.Transport) })
            return new(recipient.Ordinal, RecipientState.Failed, attempts, now, outcome.MaybeDelivered, reply);

        var subject = new RecipientSubject(message, message.Envelope.Recipients[recipient.Ordinal]);
        var expires = message.Envelope.Origin.Received + await OrDefault(model.Expire, Defaults.Expire, subject, cancellationToken);
        if (now >= expires)
            return new(recipient.Ordinal, RecipientState.Failed, attempts, now, outcome.MaybeDelivered, Shorten($"expired; last: {reply}"));

        var steps = await OrDefault(model.Retry, Defaults.Retry, subject, cancellationToken);
        var wait = steps.Count == 0 ? ShortestRetry : steps[Math.Min(attempts, steps.Count) - 1];
        if (wait < ShortestRetry)
            wait = ShortestRetry;
        var due = now + wait;
        // A last try at the end of its life; but one that may have arrived waits its whole step before a second copy is risked.
        if (due > expires && !outcome.MaybeDelivered)
            due = expires;
        return new(recipient.Ordinal, RecipientState.Waiting, attempts, due, outcome.MaybeDelivered, reply);
    }

    /// <summary>A schedule that depends on a host which does not answer is the default one, not none: an outcome must be marked, come what may.</summary>
    static async ValueTask<T> OrDefault<T>(Setting<T> setting, Setting<T> fallback, RecipientSubject subject, CancellationToken cancellationToken)
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
        return (await fallback.EvaluateAsync(subject, CancellationToken.None)).Value;
    }

    static string Shorten(string text) => text.Length <= MaxReply ? text : text[..MaxReply];
}
