using System.Diagnostics.CodeAnalysis;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Hosts;

/// <summary>The hosts by name. A reload replaces those whose definition changed and keeps the others, pools and caches included.</summary>
public sealed class RemoteHostRegistry : IAsyncDisposable
{
    /// <summary>Makes the hosts.</summary>
    public RemoteHostRegistry(IEnumerable<RemoteHostOptions> hosts, RemoteHostServices? services = null)
    {
        _ = hosts;
        _ = services;
    }

    /// <summary>All hosts, by name.</summary>
    public IReadOnlyCollection<RemoteHost> Hosts => throw new NotImplementedException();

    /// <summary>The host of this name, compared ordinally.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out RemoteHost? host) => throw new NotImplementedException();

    /// <summary>Swaps in a new set of definitions; hosts that went or changed are drained in the background.</summary>
    public void Apply(IEnumerable<RemoteHostOptions> hosts) => throw new NotImplementedException();

    /// <summary>Disposes every host.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
