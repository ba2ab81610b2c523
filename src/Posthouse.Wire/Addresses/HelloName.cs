namespace Posthouse.Wire.Addresses;

/// <summary>
/// What a client calls itself in HELO, EHLO or LHLO (RFC 5321 section 4.1.1.1): a domain or an address literal. Windows calls a machine
/// <c>MY_PC</c> and its mail programs say so, and nothing is ever sent to this name: so an underscore may stand in a label here, and
/// here alone.
/// </summary>
public static class HelloName
{
    /// <summary>Reads the name; false for anything that is neither a domain of at most 255 octets nor a well-formed literal.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="name">The domain in lower case, or the literal with its brackets in its normal form.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out string name) =>
        !text.IsEmpty && text[0] == '['
            ? AddressLiteral.TryNormalise(text, out name)
            : Domain.TryNormalise(text, allowUtf8: false, out name, allowUnderscore: true);

    /// <summary>Whether a parsed name is a literal or has at least two labels.</summary>
    public static bool IsFullyQualified(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith('[') || name.Contains('.', StringComparison.Ordinal);
    }
}
