using System.Buffers;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// A message on its way in. One chunk of the body is in memory and at most one more on its way to the disk, whatever its size;
/// a body that fits one chunk touches the disk only with its commit.
/// </summary>
sealed class IncomingMessage(SqliteStore store, MessageKey key) : IIncomingMessage
{
    internal const int ChunkSize = 64 * 1024;

    byte[]? _buffer;
    int _filled;
    long _size;
    int _chunks;
    Task<IntakeResult> _chunk = Task.FromResult(IntakeResult.Committed);
    IntakeResult _worst = IntakeResult.Committed;
    Task<IntakeResult>? _commit;

    public string QueueId => key.ToString();

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_commit is not null, this);
        while (octets.Length > 0 && _worst == IntakeResult.Committed)
        {
            _buffer ??= ArrayPool<byte>.Shared.Rent(ChunkSize);
            var taken = Math.Min(octets.Length, ChunkSize - _filled);
            octets[..taken].CopyTo(_buffer.AsMemory(_filled));
            octets = octets[taken..];
            _filled += taken;
            _size += taken;
            // A full buffer is kept until more comes: the last chunk rides with the commit.
            if (_filled == ChunkSize && octets.Length > 0)
                await SendChunkAsync();
        }
    }

    public ValueTask<IntakeResult> CommitAsync(MessageEnvelope envelope)
    {
        if (_commit is not null)
            throw new InvalidOperationException("A message is committed once.");
        if (envelope.Recipients.Count == 0)
            throw new ArgumentException("A message has at least one recipient.", nameof(envelope));
        _commit = EndAsync(envelope);
        return new ValueTask<IntakeResult>(_commit);
    }

    public async ValueTask DisposeAsync()
    {
        var committed = _commit is not null && await _commit == IntakeResult.Committed;
        _commit ??= Task.FromResult(IntakeResult.Failed);
        if (_chunks > 0 && !committed)
        {
            _chunks = 0;
            store.Discard(key);
        }
        ReturnBuffer();
    }

    async Task<IntakeResult> EndAsync(MessageEnvelope envelope)
    {
        await SettleChunkAsync();
        if (_worst != IntakeResult.Committed)
            return _worst;
        var last = _buffer.AsSpan(0, _filled).ToArray();
        ReturnBuffer();
        return await store.CommitAsync(key, envelope, _size, _chunks, last);
    }

    async ValueTask SendChunkAsync()
    {
        await SettleChunkAsync();
        _filled = 0;
        if (_worst != IntakeResult.Committed)
            return;
        if (_chunks == MessageKey.MaxChunks - 1)
        {
            _worst = IntakeResult.NoSpace;
            return;
        }
        // The array goes to the writer, and nobody but the collector takes it back.
        _chunk = store.AppendAsync(key, _chunks++, _buffer.AsSpan(0, ChunkSize).ToArray());
    }

    async ValueTask SettleChunkAsync()
    {
        var result = await _chunk;
        if (result != IntakeResult.Committed)
            _worst = result;
    }

    void ReturnBuffer()
    {
        if (_buffer is null)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }
}
