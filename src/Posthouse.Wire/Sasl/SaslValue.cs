using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Posthouse.Wire.Sasl;

/// <summary>What a user name or a secret may be. A host may turn one mechanism into another, so no value holds a separator of any.</summary>
static class SaslValue
{
    /// <summary>Longest name or password that a server takes (RFC 4616 leaves it open).</summary>
    public const int MaxOctets = 255;

    /// <summary>
    /// Longest bearer token: with the longest name before it, escaped, its message still goes into the 12288 octets of base64 that a line
    /// may have (RFC 4954 section 4).
    /// </summary>
    public const int MaxTokenOctets = 8192;

    static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(octet => (byte)octet), 0x7F]);

    /// <summary>Not empty, UTF-8, without NUL or another control octet.</summary>
    public static bool IsSound(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && !value.ContainsAny(Controls) && Utf8.IsValid(value);

    /// <summary>
    /// Visible US-ASCII, as much as a line can carry. RFC 6750 section 2.1 allows less, but what an issuer calls a token is its own affair as
    /// long as it holds no separator.
    /// </summary>
    public static bool IsToken(ReadOnlySpan<byte> value) =>
        value.Length is > 0 and <= MaxTokenOctets && !value.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>The name in UTF-8. False: it is not sound, or holds half a surrogate pair.</summary>
    public static bool TryEncode(string name, out byte[] bytes)
    {
        bytes = new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        if (Utf8.FromUtf16(name, bytes, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            return false;
        Array.Resize(ref bytes, written);
        return IsSound(bytes);
    }
}
