using Posthouse.Gateway.Queue;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>What DATA and BDAT share: how a message begins, and how it is answered.</summary>
static class MessageEnd
{
    /// <summary>Begins the transaction's message, or says why it may not come.</summary>
    public static async ValueTask<Reply?> BeginAsync(SessionState session, Transaction transaction, CancellationToken cancellationToken)
    {
        var reader = new SettingReader(session, cancellationToken);
        var settings = await Body.BodySettings.ReadAsync(session, reader).ConfigureAwait(false);
        if (reader.Failure is { } failure)
        {
            SessionLog.Undecided(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, failure);
            return Replies.Undecided;
        }

        if (session.Messages >= settings.MaxMessages)
            return Replies.TooManyMessages;
        transaction.Body = new(session, transaction, settings, session.Services.Intake.Begin());
        return null;
    }

    /// <summary>Hands on or drops the message, answers it (for each recipient in LMTP, RFC 2033 section 4.2), and ends the transaction.</summary>
    public static async ValueTask<VerbResult> AnswerAsync(SessionState session, Transaction transaction, CancellationToken cancellationToken)
    {
        var body = transaction.Body!;
        var replies = await body.EndAsync(cancellationToken).ConfigureAwait(false);
        CrashPoint.Reach("reply.before");
        if (replies.Any(static reply => reply.IsPositive))
            session.Messages++;
        foreach (var reply in replies.Where(static reply => !reply.IsPositive).Distinct())
            Tell(session, transaction, reply);

        await session.ResetAsync().ConfigureAwait(false);
        if (!session.IsLmtp)
            return replies[0];
        for (var i = 0; i < transaction.Accepted.Count - 1; i++)
            session.Transport.Write(replies[transaction.Accepted[i]]);
        return replies[transaction.Accepted[^1]];
    }

    // What is not for good is the queue's own word, since what a hop puts off is queued.
    static void Tell(SessionState session, Transaction transaction, Reply reply) => SessionLog.MessageRefused(
        session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, transaction.Sender,
        transaction is { Live.Hop: var hop, Body.Refusal: null } && reply.IsPermanent ? hop : "the gateway", transaction.Body!.Size,
            transaction.Recipients.Count, reply);
}
