namespace Posthouse.Remotes.Telemetry;

/// <summary>Whether connects to a host are begun.</summary>
public enum BreakerState
{
    /// <summary>As many as are wanted.</summary>
    Closed,

    /// <summary>The cooldown is over: one at a time, until one works.</summary>
    HalfOpen,

    /// <summary>None: so many failed in a row that the host is left in peace for a while.</summary>
    Open,
}
