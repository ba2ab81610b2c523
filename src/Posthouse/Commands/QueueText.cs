using System.Globalization;
using System.Text;
using Posthouse.Gateway.Queue;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>The queue in lines for people.</summary>
static class QueueText
{
    internal static string Line(QueueEntry entry) => PrintableText.Of(string.Create(CultureInfo.InvariantCulture,
        $"{entry.Id}  {entry.Received:yyyy-MM-dd HH:mm:ss}Z  {entry.Size,9}  <{entry.Sender}>  {entry.Waiting} waiting, {(entry.IsHeld ? "held" : $"due {entry.NextAttempt:yyyy-MM-dd HH:mm:ss}Z")}{(entry.LastReply.Length > 0 ? $"  {entry.LastReply}" : "")}"));

    internal static string Of(QueueEntryDetail detail)
    {
        var text = new StringBuilder(512);
        text.AppendLine(Line(detail.Message));
        text.AppendLine(PrintableText.Of($"  from {detail.RemoteIp} ({detail.HeloDomain}) at listener {detail.Listener}{(detail.AuthenticatedAs.Length > 0 ? $" as {detail.AuthenticatedAs}" : "")}"));
        foreach (var one in detail.Recipients)
        {
            text.AppendLine(PrintableText.Of(string.Create(CultureInfo.InvariantCulture,
                $"  <{one.Mailbox}> {one.State}, {one.Attempts} attempts{(one.MaybeDelivered ? ", maybe delivered" : "")}{(one.LastReply.Length > 0 ? $": {one.LastReply}" : "")}")));
        }
        return text.ToString();
    }

    internal static string Of(QueueAnswer answer) => answer switch
    {
        QueueAnswer.Done => "done",
        QueueAnswer.Unchanged => "nothing to do",
        QueueAnswer.NotFound => "is not in the queue",
        QueueAnswer.Busy => "is being delivered at this moment; try again",
        _ => "the queue cannot be written",
    };
}
