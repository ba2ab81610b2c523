namespace Posthouse.Remotes.Definition;

/// <summary>How long one connection may serve.</summary>
public sealed record RemoteLimits
{
    /// <summary>4yz and 5yz replies, NO and BAD, before a connection retires; at least 1.</summary>
    public int Errors { get; init; } = 3;

    /// <summary>
    /// Requests (a login, a recipient check, a VRFY, an EXPN, a mail transaction) before a connection retires with QUIT or
    /// LOGOUT; at least 1.
    /// </summary>
    public int Requests { get; init; } = 50;

    /// <summary>Idle time after which a pooled connection is closed; above zero, at most 24 days.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whole life of a connection; above zero, at most 24 days.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Ready connections that are kept although nobody asks; 0 to <see cref="RemoteHostOptions.Concurrency"/>.</summary>
    public int Warm { get; init; }
}
