namespace Posthouse.Gateway.Secrets;

/// <summary>Base64 in hashes, which write it with padding or without.</summary>
static class Base64Text
{
    /// <summary>Null where it is none.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bare = text.TrimEnd('=');
        if (text.Length - bare.Length > 2 || bare.Length % 4 == 1 || bare.ContainsAny(" \t\r\n"))
            return null;
        var octets = new byte[((bare.Length + 3) / 4 * 3) + 3];
        var padded = $"{bare}{"==="[..((4 - (bare.Length % 4)) % 4)]}";
        return Convert.TryFromBase64String(padded, octets, out var written) ? octets[..written] : null;
    }
}
