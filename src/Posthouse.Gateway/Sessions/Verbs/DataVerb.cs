using Posthouse.Gateway.Sessions.Body;
using Posthouse.Wire.Bodies;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>Step 5, DATA (RFC 5321 section 4.1.1.4): (1) 354; (2) the body, up to its one true end whatever is wrong with it; (3) the reply, after step 6.</summary>
static class DataVerb
{
    /// <summary>How far over the limit a message is read before the client is sent away.</summary>
    public const long MostExcess = 1024 * 1024;

    public static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        var transaction = session.Transaction!;
        if (!argument.IsEmpty)
            return Replies.NoArgument;
        if (session.Phase == Phase.Mail)
            // In LMTP it is 503 in both cases (RFC 2033 section 4.2).
            return transaction.Attempted > 0 && !session.IsLmtp ? Replies.NoRecipients : Replies.RecipientFirst;

        // (1)
        if (await MessageEnd.BeginAsync(session, transaction, cancellationToken).ConfigureAwait(false) is { } refusal)
            return refusal;
        session.Transport.Write(Replies.StartMail);

        // (2)
        var end = await ReceiveAsync(session, transaction.Body!, transaction.MaxSize, cancellationToken).ConfigureAwait(false);
        if (end is { } reason)
            return new VerbResult(null, reason);

        // (3)
        return await MessageEnd.AnswerAsync(session, transaction, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads to the final dot; a value = the session ends before it.</summary>
    static async ValueTask<SessionEnd?> ReceiveAsync(SessionState session, IncomingBody body, long limit, CancellationToken cancellationToken)
    {
        var transport = session.Transport;
        var pace = new BodyPace(transport.Deadline);
        var unstuffer = new DotUnstuffer();
        while (true)
        {
            var result = await transport.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var isWhole = buffer.Length <= IncomingBody.Piece;
            var piece = isWhole ? buffer : buffer.Slice(0, IncomingBody.Piece);
            var isEnd = unstuffer.Read(ref piece, body.Writer);
            pace.Took(buffer.Slice(0, piece.Start).Length);
            transport.Advance(buffer, piece.Start, isWhole && !isEnd ? buffer.End : piece.Start);

            if (unstuffer.SawBareControl)
                body.Refuse(Replies.BareControl);
            else if (unstuffer.SawNul)
                body.Refuse(Replies.Nul);
            await body.PassOnAsync(cancellationToken).ConfigureAwait(false);
            if (isEnd)
            {
                transport.Deadline.Disarm();
                return null;
            }

            if (body.Size > limit + MostExcess || transport.IsOverLimit)
                return SessionEnd.TooMuchData;
            if (result.IsCompleted && isWhole)
                return SessionEnd.ClientLeft;
        }
    }
}
