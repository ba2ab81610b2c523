using System.Text;

namespace Posthouse.Gateway.Reports;

/// <summary>The part for people: what became of which recipient, and whether there is anything to do.</summary>
static class NoticeText
{
    const int Width = 72;

    internal static string Subject(ReportKind kind, IReadOnlyList<ReportedRecipient> recipients) => kind switch
    {
        ReportKind.Failed => "Your message could not be delivered",
        ReportKind.Delayed => "Your message is delayed",
        _ => AreAllDelivered(recipients) ? "Your message was delivered" : "Your message was handed on",
    };

    /// <param name="kind">What there is to tell.</param>
    /// <param name="hostName">Ours.</param>
    /// <param name="received">When the message came.</param>
    /// <param name="recipients">Of whom it is told.</param>
    /// <param name="isReturned">Whether something of it follows: the whole, for which a 7-bit host may get the head.</param>
    internal static string Write(
        ReportKind kind, string hostName, DateTimeOffset received, IReadOnlyList<ReportedRecipient> recipients, bool isReturned)
    {
        var text = new StringBuilder(512);
        text.Append("This is the mail server ").Append(hostName).Append(".\r\n\r\n");
        text.Append("Your message of ").Append(ReportDate.Of(received)).Append("\r\n").Append(kind switch
        {
            ReportKind.Failed => "could not be delivered to:\r\n",
            ReportKind.Delayed => "has not been delivered yet to:\r\n",
            _ => AreAllDelivered(recipients) ? "was delivered to:\r\n" : "was handed on to a server that does not tell of delivery, for:\r\n",
        });
        foreach (var one in recipients)
        {
            text.Append("\r\n  <").Append(one.Recipient.Mailbox).Append(">\r\n");
            AppendWrapped(text, one.Last.Words);
            if (one.MaybeDelivered)
                AppendWrapped(text, "It may have arrived all the same: once a server had the whole of it and broke off before it answered.");
        }
        text.Append("\r\n").Append(kind switch
        {
            ReportKind.Failed => $"It will not be tried again.{(isReturned ? " What you sent follows, or the head of it." : "")}\r\n",
            ReportKind.Delayed => $"You need not do anything: it is tried until\r\n{ReportDate.Of(recipients.Max(static one => one.RetryUntil) ?? received)}.\r\n",
            _ => "You asked to be told.\r\n",
        });
        return text.ToString();
    }

    static bool AreAllDelivered(IReadOnlyList<ReportedRecipient> recipients) => recipients.All(static one => one.Action == ReportedRecipient.Delivered);

    static void AppendWrapped(StringBuilder text, string words)
    {
        const string indent = "    ";
        var column = 0;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column == 0 || column + 1 + word.Length > Width)
            {
                text.Append(column == 0 ? indent : "\r\n" + indent);
                column = indent.Length;
            }
            else
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
        }
        if (column > 0)
            text.Append("\r\n");
    }
}
