using System.Text;

namespace Posthouse.Wire.Sasl;

/// <summary>What the messages of OAUTHBEARER and XOAUTH2 are made of (RFC 7628 section 3.1).</summary>
static class BearerMessage
{
    /// <summary><c>kvsep</c>, written ^A.</summary>
    public const byte Separator = 1;

    static readonly byte[] Scheme = "Bearer"u8.ToArray();

    /// <summary>
    /// The token of an <c>auth</c>'s value, <c>Bearer 1*SP token</c> with the scheme in any case (RFC 9110 section 11.1); empty where the
    /// value is, by which a client asks what would be needed (RFC 7628 section 4.3).
    /// </summary>
    public static bool TryReadAuth(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> token)
    {
        token = default;
        if (value.IsEmpty)
            return true;
        if (value.Length <= Scheme.Length || value[Scheme.Length] != ' ' || !Ascii.EqualsIgnoreCase(value[..Scheme.Length], Scheme))
            return false;
        token = value[Scheme.Length..].TrimStart((byte)' ');
        return true;
    }

    /// <summary>
    /// The value of <c>auth</c> in <c>*kvpair kvsep</c>, where it must stand once; other keys are for other schemes and passed over. False:
    /// not of that grammar.
    /// </summary>
    public static bool TryReadPairs(ReadOnlySpan<byte> pairs, out ReadOnlySpan<byte> auth)
    {
        auth = default;
        var hasAuth = false;
        while (pairs.IndexOf(Separator) is > 0 and var end)
        {
            var pair = pairs[..end];
            pairs = pairs[(end + 1)..];
            var equals = pair.IndexOf((byte)'=');
            if (equals <= 0 || !IsKey(pair[..equals]) || !IsValue(pair[(equals + 1)..]))
                return false;
            if (!pair[..equals].SequenceEqual("auth"u8))
                continue;
            if (hasAuth)
                return false;
            hasAuth = true;
            auth = pair[(equals + 1)..];
        }
        return hasAuth && pairs is [Separator];
    }

    // key = 1*(ALPHA)
    static bool IsKey(ReadOnlySpan<byte> key)
    {
        foreach (var octet in key)
        {
            if (!char.IsAsciiLetter((char)octet))
                return false;
        }
        return true;
    }

    // value = *(VCHAR / SP / HTAB / CR / LF)
    static bool IsValue(ReadOnlySpan<byte> value)
    {
        foreach (var octet in value)
        {
            if (octet is not ((>= 0x20 and <= 0x7E) or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                return false;
        }
        return true;
    }
}
