namespace Posthouse.Remotes.Hosts;

/// <summary>A host at one moment.</summary>
public sealed record RemoteHostSnapshot
{
    /// <summary>The host's name.</summary>
    public required string Id { get; init; }

    /// <summary>Connections ready in the pool.</summary>
    public int Idle { get; init; }

    /// <summary>Connections serving a request, being established or being closed.</summary>
    public int Busy { get; init; }

    /// <summary>Requests waiting for a connection.</summary>
    public int Waiting { get; init; }

    /// <summary>Connections opened since the start.</summary>
    public long Opened { get; init; }

    /// <summary>Entries in the positive cache.</summary>
    public int PositiveEntries { get; init; }

    /// <summary>Entries in the negative cache.</summary>
    public int NegativeEntries { get; init; }

    /// <summary>Lookups answered from a cache since the start.</summary>
    public long CacheHits { get; init; }

    /// <summary>Lookups that had to ask the host since the start.</summary>
    public long CacheMisses { get; init; }
}
