namespace Posthouse.Remotes.Telemetry;

/// <summary>A host at one moment; counts of what happened are since the host was made.</summary>
public sealed record RemoteHostSnapshot
{
    /// <summary>The host's name.</summary>
    public required string Id { get; init; }

    /// <summary>Connections ready in the pool.</summary>
    public int Idle { get; init; }

    /// <summary>Connections in a request's hands, and those made ready for the next one behind an answer.</summary>
    public int Busy { get; init; }

    /// <summary>Connections being established.</summary>
    public int Connecting { get; init; }

    /// <summary>Connections being closed; they count against <c>concurrency</c> until the host has closed too.</summary>
    public int Closing { get; init; }

    /// <summary>Requests waiting for a connection.</summary>
    public int Waiting => WaitingLogins + WaitingChecks + WaitingRelays;

    /// <summary>Logins waiting for a connection.</summary>
    public int WaitingLogins { get; init; }

    /// <summary>Recipient checks (as batches), VRFY and EXPN waiting for a connection.</summary>
    public int WaitingChecks { get; init; }

    /// <summary>Messages waiting for a connection.</summary>
    public int WaitingRelays { get; init; }

    /// <summary>Connections opened.</summary>
    public long Opened { get; init; }

    /// <summary>Whether connects are begun.</summary>
    public BreakerState Breaker { get; init; }

    /// <summary>When the certificate that the host showed at the latest connect ends; null = none was shown yet.</summary>
    public DateTimeOffset? CertificateExpiry { get; init; }

    /// <summary>Whether the host's certificate is taken whatever it says.</summary>
    public bool AcceptsAnyCertificate { get; init; }

    /// <summary>Entries in the positive cache.</summary>
    public int PositiveEntries { get; init; }

    /// <summary>Entries in the negative cache.</summary>
    public int NegativeEntries { get; init; }

    /// <summary>Entries that the positive cache gave up for newer ones.</summary>
    public long PositiveEvictions { get; init; }

    /// <summary>Entries that the negative cache gave up for newer ones.</summary>
    public long NegativeEvictions { get; init; }

    /// <summary>Lookups answered by a cache within the answer's life.</summary>
    public long CacheHits { get; init; }

    /// <summary>Lookups answered past the answer's life, while the host could not be reached.</summary>
    public long StaleHits { get; init; }

    /// <summary>Lookups that shared a question already on its way to the host.</summary>
    public long CoalescedLookups { get; init; }

    /// <summary>Lookups for which no cache had an answer.</summary>
    public long CacheMisses { get; init; }
}
