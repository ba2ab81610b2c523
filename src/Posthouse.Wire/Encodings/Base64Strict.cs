namespace Posthouse.Wire.Encodings;

/// <summary>
/// Base64 by RFC 4648 section 4 and nothing else: no blanks, no line breaks, canonical padding. The framework's own
/// decoder is laxer, which lets two spellings stand for one secret.
/// </summary>
public static class Base64Strict
{
    /// <summary>Decodes <paramref name="text"/> into <paramref name="bytes"/>; false leaves no meaning in it.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int written) =>
        throw new NotImplementedException();

    /// <summary>Most octets that a text of this length can decode to.</summary>
    public static int MaxDecodedLength(int textLength) => textLength / 4 * 3;
}
