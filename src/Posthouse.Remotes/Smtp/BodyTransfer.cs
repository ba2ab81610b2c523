using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Bodies;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Sends a body after 354, in bounded blocks, each with its own deadline, while it listens: a host may refuse in the middle, and
/// then its reply is the result. Only the write that holds the final dot can make the host take the message.
/// </summary>
/// <param name="connection">After its go-ahead.</param>
/// <param name="patience">Most time for one block, where somebody waits; null = the host's own deadline alone.</param>
sealed class BodyTransfer(SmtpConnection connection, TimeSpan? patience = null)
{
    const int Block = 64 * 1024;

    DotStuffer _stuffer;

    public Allowance DotAllowance { get; } = new(connection.Host, "timeouts.dot", connection.Host.Timeouts.Dot);

    Allowance DataAllowance { get; } = patience is { } limit
        ? new Allowance(connection.Host, "timeouts.data", connection.Host.Timeouts.Data).ForClient(limit)
        : new Allowance(connection.Host, "timeouts.data", connection.Host.Timeouts.Data);

    /// <summary>The body held a bare CR or LF: its end was not sent, and the connection must close.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Sends a whole body.</summary>
    /// <param name="body">The message.</param>
    /// <param name="beforeDot">Called before the final dot may leave.</param>
    /// <param name="cancellationToken">For reading the body.</param>
    /// <returns>A refusal that came early, or null.</returns>
    public async Task<Reply?> SendAsync(IMessageBody body, Action beforeDot, CancellationToken cancellationToken)
    {
        await foreach (var piece in body.ReadAsync(cancellationToken))
        {
            if (await WriteAsync(piece) is { } early)
                return early;
            if (IsBroken)
                return null;
        }
        return await FinishAsync(beforeDot);
    }

    /// <summary>Sends more of a body that comes in pieces.</summary>
    /// <returns>A refusal that came early, or null.</returns>
    public async ValueTask<Reply?> WriteAsync(ReadOnlyMemory<byte> piece)
    {
        var output = connection.Wire.Output;
        var reply = connection.Wire.ReadAhead();
        for (var rest = piece; !rest.IsEmpty;)
        {
            var part = rest[..Math.Min(rest.Length, Block)];
            rest = rest[part.Length..];
            if (!_stuffer.Write(part.Span, output))
            {
                IsBroken = true;
                output.Clear();
                return null;
            }
            if (output.WrittenCount < Block)
                continue;
            if (reply.IsCompleted || !await connection.Wire.TryFlushAsync(DataAllowance, "body", heedsRefusal: true))
                return await ReadEarlyReplyAsync();
        }
        return null;
    }

    /// <summary>Sends the end of the body.</summary>
    /// <param name="beforeDot">Called before the final dot may leave.</param>
    /// <returns>A refusal that came early, or null.</returns>
    public async ValueTask<Reply?> FinishAsync(Action beforeDot)
    {
        if (connection.Wire.ReadAhead().IsCompleted)
            return await ReadEarlyReplyAsync();
        _stuffer.Finish(connection.Wire.Output);
        beforeDot();
        // Behind the dot the first of several replies may be a no, which speaks for its recipient alone.
        return await connection.Wire.TryFlushAsync(DataAllowance, "body", heedsRefusal: !connection.IsLmtp) ? null : await ReadEarlyReplyAsync();
    }

    /// <summary>A body of nothing, where no recipient was taken.</summary>
    public async Task SendEmptyAsync()
    {
        "."u8.CopyTo(connection.Wire.Output.GetSpan(3));
        "\r\n"u8.CopyTo(connection.Wire.Output.GetSpan(3)[1..]);
        connection.Wire.Output.Advance(3);
        await connection.Wire.FlushAsync(DataAllowance, "body");
    }


    async Task<Reply> ReadEarlyReplyAsync()
    {
        var reply = await connection.ReadReplyAsync("body", DataAllowance);
        return reply.IsTransient || reply.IsPermanent
            ? reply
            : throw connection.Wire.Garbled($"body: {reply} before its end");
    }
}
