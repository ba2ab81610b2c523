using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography;

namespace Posthouse.Gateway.Listening;

/// <summary>
/// What comes in through TLS, for reading only. <see cref="SslStream"/> decrypts in place, in an array of the shared pool that it
/// gives back unwiped as soon as all in it was read, so that a client's password would stay there until somebody else's octets
/// happen to cover it. Here the array is taken out of the pool once more, wiped, and returned. It is told from others by its
/// identity, which the stream below sees when TLS reads into it; the pool hands out first what the same thread gave back last, so
/// it is nearly always the first one.
/// </summary>
sealed class DecryptedInput(SslStream tls, DuplexPipeStream below) : Stream
{
    const int Tries = 4;

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
        if (below.LastReadInto is not { } array)
            return;
        var first = ArrayPool<byte>.Shared.Rent(array.Length);
        if (!TryWipe(first, array) && isLikely)
            SearchOn(array);
        ArrayPool<byte>.Shared.Return(first);
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

    void SearchOn(byte[] array)
    {
        var others = new byte[Tries][];
        var taken = 0;
        var isFound = false;
        while (taken < Tries && !isFound)
        {
            others[taken] = ArrayPool<byte>.Shared.Rent(array.Length);
            isFound = TryWipe(others[taken++], array);
        }

        while (taken > 0)
            ArrayPool<byte>.Shared.Return(others[--taken]);
    }

    bool TryWipe(byte[] rented, byte[] wanted)
    {
        if (!ReferenceEquals(rented, wanted))
            return false;
        CryptographicOperations.ZeroMemory(rented);
        below.LastReadInto = null;
        return true;
    }
}
