using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>Writes into the log what became of a message.</summary>
static class HandoverRecord
{
    public static void Tell(SessionState session, Transaction transaction, string queueId, long octets, Remainder remainder, Reply? queued)
    {
        var (logger, client, id) = (session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId);
        var isQueued = queued is { IsPositive: true };
        for (var i = 0; i < transaction.Recipients.Count; i++)
        {
            if (remainder.Said(i) is not { } outcome)
                continue;
            var (recipient, hop) = (transaction.Recipients[i].Mailbox, transaction.Live!.Hop);
            if (outcome.Disposition == Disposition.Delivered)
                SessionLog.HandedOver(logger, client, id, queueId, recipient, hop, octets, outcome.Reply);
            else if (outcome.Disposition == Disposition.Permanent && remainder.Settled(i) is not null)
                SessionLog.RefusedByHop(logger, client, id, recipient, hop, outcome.Reply);
            else if (isQueued && remainder.Settled(i) is null)
                SessionLog.LeftToQueue(logger, client, id, queueId, recipient, hop, outcome.MaybeDelivered ? "yes" : "no", outcome.Reply);
        }
        if (isQueued)
            SessionLog.Queued(logger, client, id, queueId, transaction.Sender, octets, remainder.Left.Count);
    }
}
