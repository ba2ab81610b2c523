namespace Posthouse.Remotes.Definition;

/// <summary>What a remote host speaks.</summary>
public enum RemoteProtocol
{
    /// <summary>SMTP (RFC 5321) or submission (RFC 6409).</summary>
    Smtp,

    /// <summary>LMTP (RFC 2033).</summary>
    Lmtp,

    /// <summary>IMAP (RFC 3501, RFC 9051): logins only.</summary>
    Imap,
}
