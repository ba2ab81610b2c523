namespace Posthouse.Remotes.Conversations;

/// <summary>How long a step may take, and the setting that says so.</summary>
readonly record struct Allowance(TimeSpan Time, string Setting)
{
    /// <summary>The step is part of something with a deadline of its own.</summary>
    public static readonly Allowance Outer = new(Timeout.InfiniteTimeSpan, "");

    /// <summary>What is left of it.</summary>
    public Allowance Less(TimeSpan spent) =>
        Time == Timeout.InfiniteTimeSpan ? this : this with { Time = Time > spent ? Time - spent : TimeSpan.Zero };

    public Allowance AtMost(TimeSpan time) => Time == Timeout.InfiniteTimeSpan || Time > time ? this with { Time = time } : this;
}
