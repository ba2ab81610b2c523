namespace Posthouse.Remotes.Conversations;

/// <summary>How long a step may take, and the setting that says so.</summary>
readonly record struct Allowance(TimeSpan Time, string Setting)
{
    /// <summary>The step is part of something with a deadline of its own.</summary>
    public static readonly Allowance Outer = new(Timeout.InfiniteTimeSpan, "");

    public Allowance AtMost(TimeSpan time) => Time == Timeout.InfiniteTimeSpan || Time > time ? this with { Time = time } : this;
}
