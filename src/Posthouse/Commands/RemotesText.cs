using System.Globalization;
using Posthouse.Remotes.Telemetry;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>Remotes as a table for people.</summary>
static class RemotesText
{
    static readonly string[] Heads = ["remote", "breaker", "idle", "busy", "connecting", "waiting", "opened", "yes", "no", "hits", "stale", "misses", "certificate ends"];

    /// <summary>One line for each, under a head; numbers stand to the right.</summary>
    internal static IEnumerable<string> Table(IReadOnlyList<RemoteHostSnapshot> remotes)
    {
        var rows = remotes.Select(Row).Prepend(Heads).ToList();
        var widths = Enumerable.Range(0, Heads.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) =>
            column is 0 or 1 ? cell.PadRight(widths[column]) : column == Heads.Length - 1 ? cell : cell.PadLeft(widths[column]))).TrimEnd());
    }

    static string[] Row(RemoteHostSnapshot remote) =>
    [
        PrintableText.Of(remote.Id), Name(remote.Breaker), Text(remote.Idle), Text(remote.Busy), Text(remote.Connecting), Text(remote.Waiting), Text(remote.Opened),
        Text(remote.PositiveEntries), Text(remote.NegativeEntries), Text(remote.CacheHits + remote.CoalescedLookups), Text(remote.StaleHits), Text(remote.CacheMisses),
        remote.CertificateExpiry?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-",
    ];

    static string Name(BreakerState state) => state switch
    {
        BreakerState.Closed => "closed",
        BreakerState.Open => "OPEN",
        _ => "half-open",
    };

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
