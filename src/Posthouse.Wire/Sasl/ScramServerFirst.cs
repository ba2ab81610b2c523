using Posthouse.Wire.Encodings;

namespace Posthouse.Wire.Sasl;

/// <summary><c>server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]</c> (RFC 5802 section 7); borrows the message.</summary>
readonly ref struct ScramServerFirst
{
    /// <summary>RFC 7677 section 4 asks for at least 4096.</summary>
    public const int MinIterations = 4096;

    /// <summary>A host could otherwise keep a processor busy with one line.</summary>
    public const int MaxIterations = 1_000_000;

    ScramServerFirst(ReadOnlySpan<byte> nonce, byte[] salt, int iterations)
    {
        Nonce = nonce;
        Salt = salt;
        Iterations = iterations;
    }

    public ReadOnlySpan<byte> Nonce { get; }

    public byte[] Salt { get; }

    public int Iterations { get; }

    /// <summary>Reads the message. A mandatory extension (<c>m=</c>) is refused, as section 5.1 asks.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, ReadOnlySpan<byte> clientNonce, out ScramServerFirst first)
    {
        first = default;
        if (!TryAttribute(ref message, (byte)'r', out var nonce)
            || !TryAttribute(ref message, (byte)'s', out var salt)
            || !TryAttribute(ref message, (byte)'i', out var count))
            return false;
        if (!nonce.StartsWith(clientNonce) || nonce.Length == clientNonce.Length || nonce.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
            return false;
        var decoded = new byte[Base64Strict.MaxDecodedLength(salt.Length)];
        if (!Base64Strict.TryDecode(salt, decoded, out var written) || written == 0 || !TryCount(count, out var iterations))
            return false;
        first = new ScramServerFirst(nonce, decoded[..written], iterations);
        return true;
    }

    static bool TryAttribute(scoped ref ReadOnlySpan<byte> rest, byte name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.Length < 3 || rest[0] != name || rest[1] != '=')
            return false;
        var end = rest.IndexOf((byte)',');
        value = end < 0 ? rest[2..] : rest[2..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return true;
    }

    static bool TryCount(ReadOnlySpan<byte> digits, out int count)
    {
        count = 0;
        if (digits.IsEmpty || digits.Length > 7 || digits[0] == '0' || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        foreach (var digit in digits)
            count = count * 10 + (digit - '0');
        return count is >= MinIterations and <= MaxIterations;
    }
}
