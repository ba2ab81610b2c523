namespace Posthouse.Wire.Imap;

/// <summary>What an IMAP server offers (RFC 9051 section 7.2.2).</summary>
public sealed record ImapCapabilities
{
#pragma warning disable CS1591 // the capability's name is its documentation
    public bool Imap4Rev1 { get; init; }
    public bool Imap4Rev2 { get; init; }
    public bool StartTls { get; init; }
    public bool LoginDisabled { get; init; }
    public bool SaslIr { get; init; }
    public bool LiteralPlus { get; init; }
    public bool LiteralMinus { get; init; }
    public bool Id { get; init; }
    public bool Unauthenticate { get; init; }
#pragma warning restore CS1591

    /// <summary>AUTH= mechanisms in upper case, in the server's order.</summary>
    public IReadOnlyList<string> AuthMechanisms { get; init; } = [];

    /// <summary>Reads the blank-separated atoms.</summary>
    public static ImapCapabilities Parse(string atoms)
    {
        var offered = new HashSet<string>(atoms.Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
        return new ImapCapabilities
        {
            Imap4Rev1 = offered.Contains("IMAP4rev1"),
            Imap4Rev2 = offered.Contains("IMAP4rev2"),
            StartTls = offered.Contains("STARTTLS"),
            LoginDisabled = offered.Contains("LOGINDISABLED"),
            SaslIr = offered.Contains("SASL-IR"),
            LiteralPlus = offered.Contains("LITERAL+"),
            LiteralMinus = offered.Contains("LITERAL-"),
            Id = offered.Contains("ID"),
            Unauthenticate = offered.Contains("UNAUTHENTICATE"),
            AuthMechanisms = [.. Mechanisms(atoms)],
        };
    }

    // A set keeps no order, so the mechanisms are read from the text again.
    static IEnumerable<string> Mechanisms(string atoms) => atoms
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Where(atom => atom.StartsWith("AUTH=", StringComparison.OrdinalIgnoreCase))
        .Select(atom => atom[5..].ToUpperInvariant())
        .Where(ImapAtoms.IsMechanism)
        .Distinct();
}
