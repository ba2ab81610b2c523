using System.Globalization;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Conversations;

/// <summary>
/// How long a step may take, and which setting says so. That is put into words only once a deadline is missed, since every
/// request has one.
/// </summary>
readonly record struct Allowance
{
    readonly RemoteHostOptions? _host;
    readonly string _key;
    readonly TimeSpan _whole;
    readonly TimeSpan? _bound;

    public Allowance(RemoteHostOptions host, string key, TimeSpan time)
    {
        (_host, _key) = (host, key);
        Time = _whole = time;
    }

    Allowance(TimeSpan time)
    {
        _key = "";
        Time = _whole = time;
    }

    Allowance(Allowance whole, TimeSpan patience)
    {
        this = whole;
        _bound = Time = patience;
    }

    /// <summary>The step is part of something with a deadline of its own.</summary>
    public static Allowance Outer { get; } = new() { Time = Timeout.InfiniteTimeSpan };

    public TimeSpan Time { get; private init; }

    /// <summary>For an operator.</summary>
    public string Setting =>
        _bound is { } bound ? string.Create(CultureInfo.InvariantCulture, $"the {bound.TotalSeconds:0.###}s for which its client is kept waiting")
        : _host is not null ? _host.Name(_key, _whole)
        : _whole > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"{_whole.TotalSeconds:0.###}s, which no setting changes")
        : "";

    /// <summary>What is left of it.</summary>
    public Allowance Less(TimeSpan spent) =>
        Time == Timeout.InfiniteTimeSpan ? this : this with { Time = Time > spent ? Time - spent : TimeSpan.Zero };

    /// <summary>The same where somebody waits, whose patience may be shorter than the setting's.</summary>
    public Allowance ForClient(TimeSpan patience) =>
        Time == Timeout.InfiniteTimeSpan || Time > patience ? new Allowance(this, patience) : this;

    /// <summary>No more than a time that no setting governs.</summary>
    public Allowance AtMost(TimeSpan time) => Time == Timeout.InfiniteTimeSpan || Time > time ? new Allowance(time) : this;
}
