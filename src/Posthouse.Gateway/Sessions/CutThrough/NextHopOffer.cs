using Posthouse.Gateway.Model;
using Posthouse.Gateway.Sessions.Verbs;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>
/// Step 4 of a cut-through message: a recipient that the gateway would take is offered to its next hop at once. A host that has no answer
/// now, or another hop than that of the message's first recipient, leaves the recipient to the queue; so does what only the queue can do: a
/// report of success, and a throttle.
/// </summary>
static class NextHopOffer
{
    /// <summary>The reply to RCPT.</summary>
    public static async ValueTask<Reply> DecideAsync(
        SessionState session, Transaction transaction, RcptCommand recipient, string? foundAt, SettingReader settings, CancellationToken cancellationToken)
    {
        var delivery = await settings.GetAsync(session.Model.Queue.Delivery).ConfigureAwait(false);
        if (settings.Failure is { } failure)
        {
            SessionLog.Undecided(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, failure);
            return Replies.Undecided;
        }
        if (delivery != DeliveryMode.CutThrough || recipient.Notify.HasFlag(DsnNotify.Success) || session.Model.Queue.Throttles.Count > 0)
            return Replies.RecipientOk;
        if (await FindHopAsync(session, recipient, foundAt, cancellationToken).ConfigureAwait(false) is not { } hop)
            return Replies.RecipientOk;
        transaction.Live ??= Begin(session, transaction, hop);
        if (transaction.Live is not { } live || live.Hop != hop || await live.OfferAsync(recipient).ConfigureAwait(false) is not { } answer)
            return Replies.RecipientOk;
        // Whole, for the operator: the client hears less of it.
        if (answer is { Kind: AnswerKind.No or AnswerKind.Full or AnswerKind.Refused, Reply: { } words })
            SessionLog.RefusedByHop(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, recipient.Mailbox, hop, words);
        return answer.Kind switch
        {
            AnswerKind.No => HostRefusal.InItsWords(Replies.UnknownRecipient, answer.Reply, recipient.Mailbox),
            AnswerKind.Full => HostRefusal.InItsWords(Replies.MailboxFull, answer.Reply, recipient.Mailbox),
            AnswerKind.Refused => HostRefusal.ForClient(answer.Reply, recipient.Mailbox),
            _ => Replies.RecipientOk,
        };
    }

    /// <summary>Null: by MX, or it cannot be decided now, which the queue bears better than a client.</summary>
    static async ValueTask<string?> FindHopAsync(SessionState session, RcptCommand recipient, string? foundAt, CancellationToken cancellationToken)
    {
        var hop = await session.Model.Queue.NextHop.EvaluateAsync(new RecipientSubject(session, recipient.Mailbox), cancellationToken).ConfigureAwait(false);
        return !hop.IsAvailable ? null : hop.Value.IsByLookup ? foundAt : hop.Value.Remote;
    }

    static LiveMessage? Begin(SessionState session, Transaction transaction, string hop)
    {
        return session.Services.NextHops.TryBegin(hop, transaction.Mail, LiveMessage.StepPatience, session.Client()) is { } relay
            ? new LiveMessage(hop, relay, session.Services.Time, new DrainBound(session.Transport.Deadline, session.Services.Time))
            : null;
    }
}
