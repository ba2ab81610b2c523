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
    public static ImapCapabilities Parse(string atoms) => throw new NotImplementedException();
}
