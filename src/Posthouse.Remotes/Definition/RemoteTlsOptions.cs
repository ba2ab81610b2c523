namespace Posthouse.Remotes.Definition;

/// <summary>What to do about STARTTLS on a connection that begins in clear text.</summary>
public enum StartTlsPolicy
{
    /// <summary>Not offered, refused or meddled with: the host is unavailable.</summary>
    Require,

    /// <summary>Used where offered. No credential goes out in clear except to loopback.</summary>
    Optional,

    /// <summary>Never used.</summary>
    Disable,
}

/// <summary>TLS toward a host.</summary>
public sealed record RemoteTlsOptions
{
    /// <summary>TLS from the first octet (RFC 8314); false = STARTTLS (RFC 3207, RFC 2595).</summary>
    public bool Implicit { get; init; } = true;

    /// <summary>Accepts any certificate.</summary>
    public bool AllowInvalidCerts { get; init; }

    /// <summary>With <see cref="Implicit"/> false: whether TLS must be had.</summary>
    public StartTlsPolicy StartTls { get; init; } = StartTlsPolicy.Require;

    /// <summary>The authorities that may vouch for the host; null = the system's.</summary>
    public RemoteAuthorities? Authorities { get; init; }

    /// <summary>The name to send as SNI and to find in the certificate; null = that of the endpoint.</summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// SHA-256 of public keys (SubjectPublicKeyInfo, RFC 7469 section 2.4), in base64 as <c>openssl dgst -sha256 -binary |
    /// base64</c> prints it. The host's own key must be one of them, besides all else that is checked; empty = any.
    /// </summary>
    public ValueList<string> Pins { get; init; } = [];

    /// <summary>What we show if the host asks for a certificate; null = none.</summary>
    public RemoteCertificate? Certificate { get; init; }
}
