using System.Buffers;
using Posthouse.Gateway.Sessions.Body;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>
/// Step 5, BDAT (RFC 3030): (1) the announced octets are taken off the stream, wanted or not, and never read as commands; (2) a chunk
/// is answered; the last one answers for the message, after step 6. A refused message is refused again with each further chunk, until LAST or RSET.
/// </summary>
static class BdatVerb
{
    public static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        // What follows a BDAT that cannot be read are octets of unknown number: no command is safe to be found among them.
        if (!BdatCommand.TryParse(argument.Span, out var chunk))
            return new VerbResult(Replies.BadArgument, SessionEnd.NotSmtp);
        if (session.Phase is not (Phase.Rcpt or Phase.Chunks) || !session.Offer.Chunking)
            return await SwallowAsync(session, chunk.Length, Replies.ChunkOutOfOrder, cancellationToken).ConfigureAwait(false);

        var transaction = session.Transaction!;
        if (transaction.Body is null
            && await MessageEnd.BeginAsync(session, transaction, cancellationToken).ConfigureAwait(false) is { } refusal)
            transaction.Body = IncomingBody.Refused(session, transaction, refusal);
        var body = transaction.Body!;
        session.Phase = Phase.Chunks;

        // (1)
        if (chunk.Length > transaction.MaxSize - body.Size)
            body.Refuse(Replies.TooBig);
        if (chunk.Length > transaction.MaxSize + DataVerb.MostExcess - body.Size)
            return new VerbResult(Replies.TooBig, SessionEnd.TooMuchData);
        if (await TakeAsync(session, chunk.Length, body, cancellationToken).ConfigureAwait(false) is { } end)
            return new VerbResult(null, end);

        // (2)
        if (chunk.IsLast)
        {
            body.EndChunks();
            return await MessageEnd.AnswerAsync(session, transaction, cancellationToken).ConfigureAwait(false);
        }

        return body.Refusal ?? Replies.ChunkTaken(chunk.Length);
    }

    static async ValueTask<VerbResult> SwallowAsync(SessionState session, long length, Reply reply, CancellationToken cancellationToken)
    {
        if (length > DataVerb.MostExcess + Math.Max(session.Offer.MaxSize, session.Transaction?.MaxSize ?? 0))
            return new VerbResult(reply, SessionEnd.TooMuchData);
        return await TakeAsync(session, length, null, cancellationToken).ConfigureAwait(false) is { } end
            ? new VerbResult(null, end)
            : reply;
    }

    /// <summary>Takes exactly <paramref name="length"/> octets; a value = the session ends before them.</summary>
    static async ValueTask<SessionEnd?> TakeAsync(SessionState session, long length, IncomingBody? body, CancellationToken cancellationToken)
    {
        var transport = session.Transport;
        var pace = new BodyPace(transport.Deadline);
        while (length > 0)
        {
            var result = await transport.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var piece = buffer.Slice(0, Math.Min(Math.Min(buffer.Length, length), IncomingBody.Piece));
            var taken = piece.Length;
            if (body is not null)
            {
                foreach (var segment in piece)
                    body.Writer.Write(segment.Span);
            }

            transport.Advance(buffer, piece.End, piece.End);
            pace.Took(taken);
            length -= taken;
            if (body is not null)
                await body.PassOnChunkAsync(cancellationToken).ConfigureAwait(false);
            if (transport.IsOverLimit)
                return SessionEnd.TooMuchData;
            if (length > 0 && result.IsCompleted && taken == buffer.Length)
                return SessionEnd.ClientLeft;
        }

        transport.Deadline.Disarm();
        return null;
    }
}
