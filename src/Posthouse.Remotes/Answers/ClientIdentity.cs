using System.Net;

namespace Posthouse.Remotes.Answers;

/// <summary>Whoever is connected to us, as a host may be told (<see cref="Definition.RemoteHostOptions.ForwardClient"/>).</summary>
/// <param name="Address">The client's address.</param>
/// <param name="Port">The client's port; 0 = not known.</param>
public sealed record ClientIdentity(IPAddress Address, int Port = 0)
{
    /// <summary>Our own address on the client's connection; null = not known.</summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>Our own port on the client's connection; 0 = not known.</summary>
    public int LocalPort { get; init; }

    /// <summary>What the client called itself in HELO, EHLO or LHLO; null = it did not.</summary>
    public string? HelloName { get; init; }

    /// <summary>Whether it said EHLO or LHLO rather than HELO.</summary>
    public bool IsExtended { get; init; } = true;

    /// <summary>The user name it has logged in by; null = none.</summary>
    public string? Login { get; init; }
}
