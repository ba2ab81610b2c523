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
}
