namespace Posthouse.Remotes.Definition;

/// <summary>One place where a host can be reached: a name or IP literal with a port, or a Unix socket.</summary>
public sealed record RemoteEndpoint
{
    RemoteEndpoint(string host, int port, string? socketPath)
    {
        Host = host;
        Port = port;
        SocketPath = socketPath;
    }

    /// <summary>Name or IP literal without brackets; empty for a Unix socket.</summary>
    public string Host { get; }

    /// <summary>TCP port; 0 = the host's own <see cref="RemoteHostOptions.Port"/>.</summary>
    public int Port { get; }

    /// <summary>The absolute path of a Unix socket; null for TCP.</summary>
    public string? SocketPath { get; }

    /// <summary>A name or IP literal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is not in 0..65535.</exception>
    public static RemoteEndpoint Tcp(string host, int port = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        return new RemoteEndpoint(host, port, null);
    }

    /// <summary>A Unix socket.</summary>
    public static RemoteEndpoint Unix(string path) => new("", 0, path);

    /// <summary>As an operator writes it.</summary>
    public override string ToString() =>
        SocketPath is not null ? $"unix:{SocketPath}"
        : Port == 0 ? Host
        : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
