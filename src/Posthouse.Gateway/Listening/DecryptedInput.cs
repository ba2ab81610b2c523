using System.Net.Security;
using Posthouse.Wire.Secrets;

namespace Posthouse.Gateway.Listening;

/// <summary>
/// What comes in through TLS, for reading only. <see cref="SslStream"/> decrypts in place, in an array of the shared pool that it
/// gives back unwiped as soon as all in it was read, so that a client's password would stay there until somebody else's octets
/// happen to cover it. Here the array, which the stream below sees when TLS reads into it, is wiped in the pool.
/// </summary>
sealed class DecryptedInput(SslStream tls, DuplexPipeStream below) : Stream
{
    public override bool CanRead => true;
    public override bool CanWrite => false;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = 0;
        try
        {
            count = await tls.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return count;
        }
        finally
        {
            // A read that was filled has mostly left some behind, and then TLS still has the array.
            WipeReturned(isLikely: count < buffer.Length);
        }
    }

    /// <summary>Wipes the array that TLS last read into, where it is back in the pool.</summary>
    /// <param name="isLikely">Whether to look further than at the first array.</param>
    public void WipeReturned(bool isLikely = true)
    {
        if (below.LastReadInto is { } array && Wipe.Returned(array, isLikely))
            below.LastReadInto = null;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
