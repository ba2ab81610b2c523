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
}
