using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Gateway.Model;

public enum ListenerProtocol
{
    Smtp,
    Lmtp,
    Http,
}

/// <summary><c>[server.listener.&lt;id&gt;]</c>.</summary>
public sealed record ListenerModel
{
    public required string Id { get; init; }
    public required ListenerProtocol Protocol { get; init; }
    public required IReadOnlyList<IPEndPoint> Bind { get; init; }
    public ListenerTls? Tls { get; init; }

    /// <summary>Pending connections the system queues.</summary>
    public int Backlog { get; init; } = 1024;
}

/// <summary>TLS of a listener; a null in its place = none.</summary>
/// <param name="Implicit">TLS from the first octet; false = STARTTLS is offered.</param>
/// <param name="Certificate">Leaf with its private key.</param>
/// <param name="Chain">Certificates between the leaf and a root.</param>
/// <param name="Timeout">For the handshake.</param>
/// <param name="Protocols">None = the system's choice, at least TLS 1.2.</param>
public sealed record ListenerTls(
    bool Implicit,
    X509Certificate2 Certificate,
    X509Certificate2Collection Chain,
    TimeSpan Timeout,
    SslProtocols Protocols = SslProtocols.None)
{
    /// <summary>Certificates for clients that ask for these names (RFC 6066 section 3); all others see <see cref="Certificate"/>.</summary>
    public IReadOnlyList<ServerNameCertificate> Sni { get; init; } = [];
}

/// <summary>What clients see that ask for a name.</summary>
/// <param name="Name">In lower case; <c>*.</c> in front stands for one label.</param>
/// <param name="Certificate">Leaf with its private key.</param>
/// <param name="Chain">Certificates between the leaf and a root.</param>
public sealed record ServerNameCertificate(string Name, X509Certificate2 Certificate, X509Certificate2Collection Chain);
