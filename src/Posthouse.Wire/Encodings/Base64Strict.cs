namespace Posthouse.Wire.Encodings;

/// <summary>
/// Base64 by RFC 4648 section 4 and nothing else: no blanks, no line breaks, canonical padding. The framework's own
/// decoder is laxer, which lets two spellings stand for one secret.
/// </summary>
public static class Base64Strict
{
    const byte Bad = 0xFF;

    static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    static readonly byte[] Values = MakeValues();

    /// <summary>Decodes <paramref name="text"/> into <paramref name="bytes"/>; false leaves no meaning in it.</summary>
    /// <param name="text">The base64 text; empty stands for no octets.</param>
    /// <param name="bytes">Where to; false where it is too short.</param>
    /// <param name="written">Octets decoded, 0 when the answer is false.</param>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int written)
    {
        written = 0;
        if (text.IsEmpty)
            return true;
        if (text.Length % 4 != 0)
            return false;
        var padding = text[^1] != '=' ? 0 : text[^2] != '=' ? 1 : 2;
        if ((text.Length / 4 * 3) - padding > bytes.Length)
            return false;

        // 1. The groups of four without padding.
        var whole = padding == 0 ? text.Length : text.Length - 4;
        var at = 0;
        for (var i = 0; i < whole; i += 4)
        {
            var (a, b, c, d) = (Values[text[i]], Values[text[i + 1]], Values[text[i + 2]], Values[text[i + 3]]);
            // Values are below 64, so a high bit can only come from an octet outside the alphabet.
            if ((a | b | c | d) >= 64)
                return false;
            bytes[at++] = (byte)((a << 2) | (b >> 4));
            bytes[at++] = (byte)((b << 4) | (c >> 2));
            bytes[at++] = (byte)((c << 6) | d);
        }

        // 2. The padded group: bits that the padding makes superfluous must be zero, or one value had several spellings.
        if (padding > 0)
        {
            var (a, b, c) = (Values[text[whole]], Values[text[whole + 1]], padding == 1 ? Values[text[whole + 2]] : (byte)0);
            if ((a | b | c) >= 64 || (padding == 1 ? (c & 0x03) != 0 : (b & 0x0F) != 0))
                return false;
            bytes[at++] = (byte)((a << 2) | (b >> 4));
            if (padding == 1)
                bytes[at++] = (byte)((b << 4) | (c >> 2));
        }

        written = at;
        return true;
    }

    /// <summary>Most octets that a text of this length can decode to.</summary>
    public static int MaxDecodedLength(int textLength) => textLength / 4 * 3;

    static byte[] MakeValues()
    {
        var values = new byte[256];
        Array.Fill(values, Bad);
        for (var i = 0; i < Alphabet.Length; i++)
            values[Alphabet[i]] = (byte)i;
        return values;
    }
}
