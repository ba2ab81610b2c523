using System.Buffers;

namespace Posthouse.Wire.Encodings;

/// <summary>xtext (RFC 3461 section 4): printable US-ASCII with <c>+</c>, <c>=</c> and the rest as <c>+HH</c>.</summary>
public static class XText
{
    /// <summary>Decodes; false for a bad escape, or where a decoded octet is not printable US-ASCII (32-126).</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out string value) => throw new NotImplementedException();

    /// <summary>Encodes a printable US-ASCII value; anything else is a bug of the caller.</summary>
    public static void Encode(ReadOnlySpan<char> value, IBufferWriter<byte> output) => throw new NotImplementedException();
}
