using System.Buffers;

namespace Posthouse.Sandbox.Connections;

/// <summary>Takes octets that nobody wants to keep.</summary>
sealed class DiscardingWriter : IBufferWriter<byte>
{
    byte[] _memory = new byte[4096];

    public void Advance(int count)
    {
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (sizeHint > _memory.Length)
            _memory = new byte[sizeHint];
        return _memory;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
