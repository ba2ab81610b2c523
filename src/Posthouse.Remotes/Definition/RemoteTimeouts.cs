namespace Posthouse.Remotes.Definition;

/// <summary>Deadlines of the steps of a conversation, each for the whole of a reply, not for a read; above zero, at most 24 days.</summary>
public sealed record RemoteTimeouts
{
    /// <summary>A reply to a command; null = one minute for lookups, five for relay (RFC 5321 section 4.5.3.2).</summary>
    public TimeSpan? Command { get; init; }

    /// <summary>One block of a body.</summary>
    public TimeSpan Data { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The reply to the final dot.</summary>
    public TimeSpan Dot { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The command deadline of lookups.</summary>
    internal TimeSpan LookupCommand => Command ?? TimeSpan.FromMinutes(1);

    /// <summary>The command deadline of relay.</summary>
    internal TimeSpan RelayCommand => Command ?? TimeSpan.FromMinutes(5);
}
