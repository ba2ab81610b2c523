namespace Posthouse.Sandbox.Imap;

enum ImapTokenKind
{
    Atom,

    /// <summary>A quoted string or a literal.</summary>
    Text,

    Open,
    Close,
}

/// <summary>One argument of a command, or a bracket of a list.</summary>
readonly record struct ImapToken(ImapTokenKind Kind, byte[] Octets)
{
    public bool IsString => Kind is ImapTokenKind.Atom or ImapTokenKind.Text;
}
