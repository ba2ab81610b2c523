using System.Buffers;
using System.IO.Pipelines;
using Posthouse.Wire.Replies;
using Posthouse.Wire.Secrets;

namespace Posthouse.Gateway.Sessions.Channel;

/// <summary>
/// The octets of a session in both directions. Replies are collected and sent when the input runs dry, so a pipelined group is
/// answered in one go (RFC 2920 section 3.2).
/// </summary>
sealed class SessionTransport(IDuplexPipe pipe, SessionDeadline deadline)
{
    const int MostUnsent = 16 * 1024;

    IDuplexPipe _pipe = pipe;

    /// <summary>The pipes themselves, for a TLS handshake.</summary>
    public IDuplexPipe Pipe => _pipe;

    public SessionDeadline Deadline => deadline;

    /// <summary>Octets taken from the client since the session began.</summary>
    public long Received { get; private set; }

    public long ReceivedLimit { get; set; } = long.MaxValue;

    public bool IsOverLimit => Received > ReceivedLimit;

    /// <summary>Whether so much is unsent that it must go out before the input runs dry.</summary>
    public bool IsFull => _pipe.Output.UnflushedBytes > MostUnsent;

    /// <summary>Whether the client has sent something that was not read yet.</summary>
    public bool HasUnread
    {
        get
        {
            if (!_pipe.Input.TryRead(out var result))
                return false;
            _pipe.Input.AdvanceTo(result.Buffer.Start);
            return !result.Buffer.IsEmpty;
        }
    }

    /// <summary>Reads what has come; where nothing has, sends what is unsent and waits. The caller has armed the deadline.</summary>
    public ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken) =>
        _pipe.Input.TryRead(out var result) ? new(result) : WaitAsync(cancellationToken);

    async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        await _pipe.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await _pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives back what was read, up to <paramref name="consumed"/>.</summary>
    public void Advance(in ReadOnlySequence<byte> buffer, SequencePosition consumed, SequencePosition examined)
    {
        Received += buffer.Slice(0, consumed).Length;
        _pipe.Input.AdvanceTo(consumed, examined);
    }

    /// <summary>The same, wiped before its memory goes back to a pool: any line may have held a secret, a misspelt one too.</summary>
    public void Forget(in ReadOnlySequence<byte> buffer, SequencePosition consumed, SequencePosition examined)
    {
        Wipe.Octets(buffer.Slice(0, consumed));
        Advance(buffer, consumed, examined);
    }

    /// <summary>Wipes what came and will not be read any more.</summary>
    public void ForgetUnread()
    {
        try
        {
            if (!_pipe.Input.TryRead(out var result))
                return;
            Wipe.Octets(result.Buffer);
            _pipe.Input.AdvanceTo(result.Buffer.End);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection broke, and its pipe gives nothing more away.
        }
    }

    // Until it is given back, what a pipe lets be read is nobody else's.

    public void Write(Reply reply) => ReplyWriter.Write(_pipe.Output, reply);

    /// <summary>Sends what is unsent, on the client's time.</summary>
    public async ValueTask FlushAsync()
    {
        deadline.Arm();
        await _pipe.Output.FlushAsync(deadline.Always).ConfigureAwait(false);
        deadline.Disarm();
    }

    /// <summary>A last reply, on time of its own: the deadline may be what it tells of.</summary>
    public async ValueTask SayLastAsync(Reply? reply, TimeProvider time)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        try
        {
            if (reply is not null)
                Write(reply);
            await _pipe.Output.FlushAsync(bound.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or NotSupportedException)
        {
            // The client left first, or a write inside TLS was cut short and no other can follow it.
        }
    }

    /// <summary>Goes on inside TLS.</summary>
    public void MoveTo(IDuplexPipe secured) => _pipe = secured;
}
