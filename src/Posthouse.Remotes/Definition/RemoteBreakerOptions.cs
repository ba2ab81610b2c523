namespace Posthouse.Remotes.Definition;

/// <summary>When a host that cannot be reached is left in peace.</summary>
public sealed record RemoteBreakerOptions
{
    /// <summary>Connects that fail in a row before the breaker opens; at least 1.</summary>
    public int Failures { get; init; } = 5;

    /// <summary>
    /// How long it stays open before one connect may try again, give or take a tenth so that many gateways do not come at once;
    /// above zero, at most 24 days.
    /// </summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromSeconds(10);
}
