namespace Posthouse.Remotes.Definition;

/// <summary>What answers of a host are kept, and how long.</summary>
public sealed record RemoteCacheOptions
{
    /// <summary>Capacity of the positive LRU and of the negative LRU, each; 0 turns both off.</summary>
    public int Entries { get; init; } = 1024;

    /// <summary>Life of a yes; zero turns the positive cache off.</summary>
    public TimeSpan Positive { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Life of a no; zero turns the negative cache off.</summary>
    public TimeSpan Negative { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Life of a refused login; null = the smaller of one minute and <see cref="Negative"/>.</summary>
    public TimeSpan? LoginNegative { get; init; }

    /// <summary>How long past its life a yes may still be used while the host cannot be reached; zero = not at all.</summary>
    public TimeSpan Stale { get; init; }

    /// <summary>
    /// The age from which a yes, still used, is asked again in the background; null = five minutes for a login and nine tenths of
    /// <see cref="Positive"/> for anything else; <see cref="TimeSpan.MaxValue"/> = never.
    /// </summary>
    public TimeSpan? Refresh { get; init; }
}
