using System.Buffers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Bodies;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Sends a body by BDAT (RFC 3030), as it is: no line of it can be taken for its end. A body of one block is one chunk, a longer one
/// several; to a host with PIPELINING a few of them leave before the first is answered. LAST leaves once all that stands before
/// it was taken, so that a refusal never crosses with it, and nothing can be delivered before its octets are out.
/// </summary>
/// <param name="connection">After an envelope of which at least one recipient was taken.</param>
sealed class ChunkTransfer(SmtpConnection connection)
{
    const int Block = 64 * 1024;

    /// <summary>Chunks under way to a host with PIPELINING: enough to fill a long line, and few enough for their replies to fit anywhere.</summary>
    const int Window = 4;

    LineEndScan _lines;
    int _unanswered;

    public Allowance DotAllowance { get; } = new(connection.Host, "timeouts.dot", connection.Host.Timeouts.Dot);

    Allowance DataAllowance { get; } = new(connection.Host, "timeouts.data", connection.Host.Timeouts.Data);

    /// <summary>The body held a bare CR or LF: its end was not sent, and the connection must close.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The last octet may have left, so the host may have all of it.</summary>
    public bool MayBeWhole { get; private set; }

    /// <summary>Sends the whole body.</summary>
    /// <returns>A refusal that came before the reply to LAST, or null. The conversation is in step then, unless the connection broke.</returns>
    /// <exception cref="InvalidOperationException">The body has not as many octets as it says.</exception>
    public async Task<Reply?> SendAsync(IMessageBody body, CancellationToken cancellationToken)
    {
        var output = connection.Wire.Output;
        var toCome = body.Length;
        var room = Begin(toCome);
        await foreach (var piece in body.ReadAsync(cancellationToken))
        {
            _lines.Feed(piece.Span);
            if (_lines.SawBareControl)
                return Break();
            for (var rest = piece; !rest.IsEmpty;)
            {
                if (room == 0)
                {
                    if (toCome == 0)
                        throw Miscounted(body);
                    if (await SendChunkAsync() is { } refusal)
                        return refusal;
                    room = Begin(toCome);
                }
                var part = rest[..Math.Min(rest.Length, room)];
                rest = rest[part.Length..];
                output.Write(part.Span);
                room -= part.Length;
                toCome -= part.Length;
            }
        }
        _lines.End();
        if (_lines.SawBareControl)
            return Break();
        return toCome == 0 ? await SendLastAsync() : throw Miscounted(body);
    }

    /// <summary>Writes the head of the next chunk; how many octets it is to have.</summary>
    int Begin(long toCome)
    {
        var length = (int)Math.Min(toCome, Block);
        SmtpCommandWriter.TryBdat(connection.Wire.Output, length, last: length == toCome);
        return length;
    }

    async ValueTask<Reply?> SendChunkAsync()
    {
        _unanswered++;
        if (await FlushAsync(heedsRefusal: true) is { } refusal)
            return refusal;
        return await DrainAsync(connection.Extensions.Pipelining ? Window : 0);
    }

    async ValueTask<Reply?> SendLastAsync()
    {
        // It waits in the output meanwhile.
        if (await DrainAsync(0) is { } refusal)
        {
            connection.Wire.Output.Clear();
            return refusal;
        }
        if (connection.Wire.ReadAhead().IsCompleted)
        {
            connection.Wire.Output.Clear();
            return await ReadAsync() ?? throw connection.Wire.Garbled("BDAT: more replies than chunks");
        }
        MayBeWhole = true;
        try
        {
            return await FlushAsync(heedsRefusal: !connection.IsLmtp);
        }
        catch (ConnectionLostException)
        {
            // The write failed, so its end never was on its way.
            MayBeWhole = false;
            throw;
        }
    }

    async ValueTask<Reply?> FlushAsync(bool heedsRefusal)
    {
        if (await connection.Wire.TryFlushAsync(DataAllowance, "BDAT", heedsRefusal))
            return null;
        MayBeWhole = false;
        while (true)
        {
            if (await ReadAsync() is not { } refusal)
                continue;
            connection.Wire.Break($"BDAT: the host answered before it took the chunk: {refusal}");
            return refusal;
        }
    }

    /// <summary>Reads replies until no more chunks than that are unanswered; after a refusal, all of them.</summary>
    async ValueTask<Reply?> DrainAsync(int most)
    {
        while (_unanswered > most)
        {
            _unanswered--;
            if (await ReadAsync() is not { } refusal)
                continue;
            try
            {
                for (; _unanswered > 0; _unanswered--)
                    await connection.ReadReplyAsync("BDAT", DataAllowance);
            }
            catch (HostUnavailableException)
            {
                // The refusal stands, and the connection is broken.
            }
            return refusal;
        }
        return null;
    }

    /// <summary>A refusal, or null where the chunk was taken.</summary>
    async ValueTask<Reply?> ReadAsync()
    {
        var reply = await connection.ReadReplyAsync("BDAT", DataAllowance);
        if (reply.IsIntermediate)
            throw connection.Wire.Garbled($"BDAT: {reply} is no reply to it");
        ChunkingTrust.Require(connection, reply);
        return reply.IsPositive ? null : reply;
    }

    Reply? Break()
    {
        IsBroken = true;
        connection.Wire.Output.Clear();
        return null;
    }

    InvalidOperationException Miscounted(IMessageBody body)
    {
        connection.Wire.Break("the message is not as long as it says");
        return new InvalidOperationException($"A message body of {body.Length} octets gave more or fewer.");
    }
}
