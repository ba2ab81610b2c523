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

    /// <summary>Commits or drops the message, answers it (for each recipient in LMTP, RFC 2033 section 4.2), and ends the transaction.</summary>
    public static async ValueTask<VerbResult> AnswerAsync(SessionState session, Transaction transaction, CancellationToken cancellationToken)
    {
        var body = transaction.Body!;
        var reply = await body.CommitAsync(cancellationToken).ConfigureAwait(false);
        CrashPoint.Reach("reply.before");
        if (reply.IsPositive)
        {
            session.Messages++;
            SessionLog.Queued(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, body.QueueId, body.Size, transaction.Recipients.Count);
        }
        else
        {
            SessionLog.MessageRefused(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, reply);
        }

        await session.ResetAsync().ConfigureAwait(false);
        for (var i = session.IsLmtp ? transaction.Accepted : 1; i > 1; i--)
            session.Transport.Write(reply);
        return reply;
    }
}
