using System.Buffers;

namespace Posthouse.Sandbox.Smtp;

/// <summary>Takes a body: counts it, and keeps it where it is wanted and within the limit.</summary>
sealed class BodyWriter(bool keeps, long limit) : IBufferWriter<byte>
{
    readonly ArrayBufferWriter<byte>? _kept = keeps ? new() : null;
    byte[] _scratch = [];

    /// <summary>Octets so far, kept or not.</summary>
    public long Length { get; private set; }

    public bool IsTooBig => Length > limit;

    /// <summary>The body, or null where it is only counted.</summary>
    public ReadOnlyMemory<byte>? Kept => _kept?.WrittenMemory;

    public void Advance(int count)
    {
        var keeping = _kept is not null && !IsTooBig;
        Length += count;
        if (keeping)
            _kept!.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_kept is not null && !IsTooBig)
            return _kept.GetMemory(sizeHint);
        if (_scratch.Length < Math.Max(sizeHint, 1))
            _scratch = new byte[Math.Max(sizeHint, 4096)];
        return _scratch;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
