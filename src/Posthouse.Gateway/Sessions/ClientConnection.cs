using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Sessions;

/// <summary>A connection as a session gets it: its pipes, and what is known before the first octet.</summary>
public sealed record ClientConnection
{
    public required ListenerModel Listener { get; init; }

    /// <summary>Finds all of a session's log lines; eight characters, another one for each connection.</summary>
    public string SessionId { get; init; } = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 8);

    /// <summary>The session reads and writes it; whoever made it closes it.</summary>
    public required IDuplexPipe Transport { get; init; }

    /// <summary>An IPv4 address is never shown as an IPv6-mapped one.</summary>
    public IPAddress RemoteIp { get; init; } = IPAddress.Loopback;
    public IPAddress LocalIp { get; init; } = IPAddress.Loopback;

    /// <summary>0 = not known.</summary>
    public int RemotePort { get; init; }
    public int LocalPort { get; init; }

    /// <summary>What was agreed on when TLS came first; null = clear text.</summary>
    public TlsFacts? Tls { get; init; }

    /// <summary>What STARTTLS uses; null = STARTTLS is not offered.</summary>
    public ITlsServer? StartTls { get; init; }

    /// <summary>Fires when the connection is given up: no more reply can reach the client.</summary>
    public CancellationToken Aborted { get; init; }
}

/// <summary>What a TLS handshake agreed on.</summary>
public sealed record TlsFacts(SslProtocols Protocol, TlsCipherSuite CipherSuite);

/// <summary>The server's side of TLS over a pair of pipes.</summary>
public interface ITlsServer
{
    /// <summary>Shakes hands within the listener's time; null = the handshake failed, and the connection is of no more use.</summary>
    Task<ISecuredTransport?> SecureAsync(IDuplexPipe clear, CancellationToken cancellationToken);
}

/// <summary>Pipes inside TLS. Disposing says close_notify and leaves the clear pipes to their owner.</summary>
public interface ISecuredTransport : IDuplexPipe, IAsyncDisposable
{
    TlsFacts Facts { get; }
}
