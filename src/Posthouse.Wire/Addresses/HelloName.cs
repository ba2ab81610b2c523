namespace Posthouse.Wire.Addresses;

/// <summary>What a client calls itself in HELO, EHLO or LHLO (RFC 5321 section 4.1.1.1): a domain or an address literal.</summary>
public static class HelloName
{
    /// <summary>Reads the name; false for anything that is neither a domain of at most 255 octets nor a well-formed literal.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out string name) => throw new NotImplementedException();

    /// <summary>Whether a parsed name is a literal or has at least two labels.</summary>
    public static bool IsFullyQualified(string name) => throw new NotImplementedException();
}
