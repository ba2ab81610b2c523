namespace Posthouse.Wire.Imap;

/// <summary>What an IMAP server offers (RFC 9051 section 7.2.2).</summary>
public sealed record ImapCapabilities
{
    /// <summary>IMAP4rev1 (RFC 3501).</summary>
    public bool Imap4Rev1 { get; init; }

    /// <summary>IMAP4rev2 (RFC 9051).</summary>
    public bool Imap4Rev2 { get; init; }

    /// <summary>STARTTLS (RFC 9051 section 6.2.1).</summary>
    public bool StartTls { get; init; }

    /// <summary>LOGINDISABLED: the LOGIN command is refused, on this line at least (RFC 9051 section 6.2.3).</summary>
    public bool LoginDisabled { get; init; }

    /// <summary>SASL-IR: AUTHENTICATE takes an initial response (RFC 4959).</summary>
    public bool SaslIr { get; init; }

    /// <summary>LITERAL+: literals of any length need no go-ahead (RFC 7888).</summary>
    public bool LiteralPlus { get; init; }

    /// <summary>LITERAL-: those of at most 4096 octets need none (RFC 7888 section 5).</summary>
    public bool LiteralMinus { get; init; }

    /// <summary>ID (RFC 2971).</summary>
    public bool Id { get; init; }

    /// <summary>UNAUTHENTICATE (RFC 8437).</summary>
    public bool Unauthenticate { get; init; }

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
