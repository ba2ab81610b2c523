namespace Posthouse.Remotes.Definition;

/// <summary>How a host is told on whose behalf a login or a message comes. Recipient checks never tell.</summary>
public enum ForwardClient
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>XCLIENT before each login or transaction, as Postfix and Dovecot take it. SMTP and LMTP.</summary>
    XClient,

    /// <summary>A PROXY protocol header of version 2 in front of the connection, which then serves one request.</summary>
    ProxyV2,

    /// <summary>ID (RFC 2971) with Dovecot's <c>x-originating-</c> fields before each login. IMAP.</summary>
    ImapId,
}
