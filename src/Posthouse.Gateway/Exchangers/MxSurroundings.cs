using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Gateway.Exchangers;

/// <summary>What delivery by MX takes from its surroundings. No configuration changes the port: a test does.</summary>
sealed record MxSurroundings
{
    /// <summary>Mail between hosts goes to port 25 (RFC 5321 section 4.5.4.2 of old, IANA).</summary>
    public int Port { get; init; } = 25;

    /// <summary>Who may vouch for exchangers where TLS is required; null = the system's authorities.</summary>
    public RemoteAuthorities? Authorities { get; init; }

    /// <summary>Puts exchangers of equal preference into an order.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Time, logs, meters.</summary>
    public RemoteHostServices Services { get; init; } = new();
}
