using System.Globalization;
using System.Text;
using Posthouse.Gateway.Queue;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>The queue in lines for people.</summary>
static class QueueText
{
    const int WidestHop = 40;
    static readonly string[] Header = ["ID", "RECEIVED (UTC)", "OCTETS", "RECIPIENTS", "HOP", "STATE", "SENDER AND LAST REPLY"];

    /// <summary>A line for each message under a header, and how many there are.</summary>
    internal static string Table(IReadOnlyList<QueueEntry> entries, DateTimeOffset now)
    {
        var hop = entries.Select(static entry => Hop(entry).Length).Append(Header[4].Length).Max();
        var state = entries.Select(entry => State(entry, now).Length).Append(Header[5].Length).Max();
        var text = new StringBuilder(128 * (entries.Count + 2));
        if (entries.Count > 0)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{Header[0],-10}  {Header[1],-19}  {Header[2],9}  {Header[3],10}  {Header[4].PadRight(hop)}  {Header[5].PadRight(state)}  {Header[6]}");
        foreach (var entry in entries)
        {
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{entry.Id,-10}  {entry.Received:yyyy-MM-dd HH:mm:ss}  {entry.Size,9}  {entry.Waiting,10}  {Hop(entry).PadRight(hop)}  {State(entry, now).PadRight(state)}  <{entry.Sender}>{Behind("  ", entry.LastReply)}");
            text.AppendLine(PrintableText.Of(line));
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"{Count(entries.Count, "message waits", "messages wait")}");
        return text.ToString();
    }

    internal static string Of(QueueEntryDetail detail, DateTimeOffset now)
    {
        var (entry, text) = (detail.Message, new StringBuilder(512));
        text.AppendLine(PrintableText.Of(string.Create(CultureInfo.InvariantCulture,
            $"{entry.Id}  <{entry.Sender}>  received {entry.Received:yyyy-MM-dd HH:mm:ss} UTC, {entry.Size} octets, to {Hop(entry)}, {State(entry, now)}")));
        text.AppendLine(PrintableText.Of(
            $"  from {detail.RemoteIp} ({detail.HeloDomain}) at listener {detail.Listener}{Behind(" as ", detail.AuthenticatedAs)}"));
        foreach (var one in detail.Recipients)
        {
            text.AppendLine(PrintableText.Of(
                $"  <{one.Mailbox}> {one.State}, {Count(one.Attempts, "attempt", "attempts")}{(one.MaybeDelivered ? ", maybe delivered" : "")}{Behind(": ", one.LastReply)}"));
        }
        return text.ToString();
    }

    internal static string Of(QueueAnswer answer) => answer switch
    {
        QueueAnswer.Done => "done",
        QueueAnswer.Unchanged => "nothing to do",
        QueueAnswer.NotFound => "is not in the queue",
        QueueAnswer.Held => "is held, and not tried before a release",
        QueueAnswer.Throttled => "is kept by queue.throttle, and goes when that lets it",
        QueueAnswer.Busy => "is being delivered at this moment; try again",
        QueueAnswer.DiskBusy => "nothing was done, since the disk has not taken what came before; try again",
        QueueAnswer.Unwritten => "done, but the disk has not taken it yet: a restart of the gateway may undo it",
        _ => "the queue cannot be written",
    };

    internal static string Of(QueueActionCounts counts, QueueAction action)
    {
        var (done, others) = action switch
        {
            QueueAction.Retry => ("tried now", "not waiting for their time"),
            QueueAction.Hold => ("held", "held before"),
            QueueAction.Release => ("released", "not held"),
            _ => ("cancelled", "left"),
        };
        List<string> parts = [$"{Count(counts.Done, "message", "messages")} {done}"];
        if (action == QueueAction.Cancel)
            Add(counts.Elsewhere, "of them still in the queue for other hops");
        else
            Add(counts.Elsewhere, $"of them for other hops too, and {done} there as well");
        Add(counts.Unchanged, others);
        Add(counts.Held, "held, and not tried");
        Add(counts.Throttled, "kept by queue.throttle, and going when that lets them");
        Add(counts.Busy, "being delivered at this moment");
        Add(counts.Failed, "not done, since the queue cannot be written");
        Add(counts.Unrouted, "left out, in whole or in part, since their hop is not known yet");
        return string.Join("; ", parts);

        void Add(int count, string what)
        {
            if (count > 0)
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }

    static string Hop(QueueEntry entry)
    {
        var hops = entry.Hops.Count == 0 ? "-" : string.Join(',', entry.Hops);
        return hops.Length <= WidestHop ? hops : hops[..(WidestHop - 1)] + "…";
    }

    static string State(QueueEntry entry, DateTimeOffset now) => entry switch
    {
        { IsBeingDelivered: true } => "being delivered",
        { IsHeld: true } => "held",
        { WaitsFor: QueueWait.Throttle } => "throttled",
        { WaitsFor: QueueWait.Hop } => "hop out of reach",
        { NextAttempt: var next } when next <= now => "due now",
        _ => string.Create(CultureInfo.InvariantCulture, $"due {entry.NextAttempt:yyyy-MM-dd HH:mm:ss}"),
    };

    static string Behind(string mark, string text) => text.Length > 0 ? mark + text : "";

    internal static string Count(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
