using System.Runtime.CompilerServices;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Queue;

/// <summary>A small body still in memory, so that a fresh message goes out without a read.</summary>
sealed class MemoryBody(byte[] octets) : IMessageBody
{
    public long Length => octets.Length;

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) =>
        Pieces().ToAsyncEnumerable();

    IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        if (octets.Length > 0)
            yield return octets;
    }
}

/// <summary>
/// A body in the store, read chunk by chunk. Each chunk is a read of its own: a read transaction held open for as long as a
/// slow host takes the message would keep the log from being written back.
/// </summary>
/// <param name="readers">The store's reading connections.</param>
/// <param name="key">The message.</param>
/// <param name="length">Its octets.</param>
/// <param name="damaged">Told once, of a body that is not what was written.</param>
sealed class StoredBody(StoreReaders readers, MessageKey key, long length, Action<string> damaged) : IMessageBody
{
    public long Length => length;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long read = 0;
        for (var sequence = 0; read < length; sequence++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The disk may block, and whoever asks for the next chunk may be on the thread that polls the sockets.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var (chunk, isSound) = Read(sequence);
            if (chunk is not { Length: > 0 } || read + chunk.Length > length)
                throw Damaged($"octet {read} of its {length} is missing");
            if (!isSound)
                throw Damaged($"the {chunk.Length} octets behind octet {read} are not those that were written");
            read += chunk.Length;
            yield return chunk;
        }
    }

    (byte[]? Octets, bool IsSound) Read(int sequence)
    {
        try
        {
            return readers.ReadMessage(reader => reader.ReadChunk(key, sequence));
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message);
        }
    }

    InvalidDataException Damaged(string reason)
    {
        damaged(reason);
        return new InvalidDataException($"The body of {key} is damaged in the store: {reason}.");
    }
}
