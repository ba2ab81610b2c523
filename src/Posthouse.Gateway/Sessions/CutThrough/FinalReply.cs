using Posthouse.Gateway.Sessions.Verbs;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>What the client is told of each recipient: the hop's own word where it has decided, else the queue's.</summary>
static class FinalReply
{
    /// <param name="session">Whose client it is.</param>
    /// <param name="transaction">Of the message.</param>
    /// <param name="remainder">What the hop has left.</param>
    /// <param name="queued">The queue's reply for that; null where nothing was left.</param>
    public static IReadOnlyList<Reply> Of(SessionState session, Transaction transaction, Remainder remainder, Reply? queued)
    {
        var replies = new Reply[transaction.Recipients.Count];
        for (var i = 0; i < replies.Length; i++)
        {
            // In SMTP, what was left speaks for all.
            replies[i] = remainder.Settled(i) is { } outcome && (session.IsLmtp || queued is null)
                ? Of(outcome, transaction.Recipients[i].Mailbox)
                : queued!;
        }
        return replies;
    }

    static Reply Of(Outcome outcome, Mailbox recipient) => outcome.Disposition == Disposition.Delivered
        ? HostAcceptance.ForClient(outcome.Reply, recipient)
        : HostRefusal.ForClient(outcome.Reply, recipient);
}
