using System.Diagnostics;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// A place at which a test has the process die as by kill -9: POSTHOUSE_CRASH_AT names it, and behind a colon how often it is passed
/// first. The ledger test (tests/Posthouse.Ledger) lists them all. Without the variable it costs the look at a constant.
/// </summary>
static class CrashPoint
{
    static readonly string? Armed = Environment.GetEnvironmentVariable("POSTHOUSE_CRASH_AT");
    static readonly string? Point = Armed?.Split(':')[0];
    static int _left = Armed is not null && Armed.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        && int.TryParse(Armed.AsSpan(colon + 1), out var count) ? count : 0;

    internal static void Reach(string point)
    {
        if (Point is not null)
            Count(point);
    }

    /// <summary>A group of writes is at this step; each kind of write is a point of its own.</summary>
    internal static void Reach(List<StoreWrite> group, string step)
    {
        if (Point is null)
            return;
        foreach (var kind in group.Select(static write => write.Kind).Distinct().ToArray())
            Count($"{kind}.{step}");
    }

    static void Count(string point)
    {
        if (point != Point || Interlocked.Decrement(ref _left) >= 0)
            return;
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite); // never a step further
    }
}
