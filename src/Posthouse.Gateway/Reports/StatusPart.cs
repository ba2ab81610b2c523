using System.Text;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Reports;

/// <summary>
/// The part for machines: <c>message/delivery-status</c> (RFC 3464), or its international form (RFC 6533 section 4) where an
/// address needs it. Every value was parsed before or is printable.
/// </summary>
static class StatusPart
{
    internal static bool NeedsUtf8(IEnumerable<ReportedRecipient> recipients) =>
        recipients.Any(static one => one.Recipient.Mailbox.IsUtf8 || (one.Recipient.OriginalRecipient is { } original && !Ascii.IsValid(original)));

    internal static string Write(QueuedMessage message, string hostName, IReadOnlyList<ReportedRecipient> recipients, bool isUtf8)
    {
        var text = new StringBuilder(512);
        text.Append("Reporting-MTA: dns; ").Append(hostName).Append("\r\n");
        // As the sender wrote it: ENVID was decoded from xtext when it came in (RFC 3464 section 2.2.1).
        if (message.Envelope.Mail.EnvelopeId is { } id)
            text.Append("Original-Envelope-Id: ").Append(id).Append("\r\n");
        text.Append("Arrival-Date: ").Append(ReportDate.Of(message.Envelope.Origin.Received)).Append("\r\n");
        foreach (var recipient in recipients)
            Append(text, recipient, hostName, isUtf8);
        return text.ToString();
    }

    static void Append(StringBuilder text, ReportedRecipient one, string hostName, bool isUtf8)
    {
        text.Append("\r\n");
        if (one.Recipient.OriginalRecipient is { } original)
            text.Append("Original-Recipient: ").Append(original).Append("\r\n");
        text.Append("Final-Recipient: ").Append(one.Recipient.Mailbox.IsUtf8 ? "utf-8; " : "rfc822; ").Append(one.Recipient.Mailbox);
        // The bare Postmaster is ours (RFC 5321 section 4.5.1); the field wants a domain (RFC 3464 section 2.3.2).
        if (one.Recipient.Mailbox.Domain.Length == 0)
            text.Append('@').Append(hostName);
        text.Append("\r\n");
        text.Append("Action: ").Append(one.Action).Append("\r\n");
        text.Append("Status: ").Append(one.Status).Append("\r\n");
        if (one.Last.RemoteMta is { } host)
            text.Append("Remote-MTA: ").Append(Fit(host, isUtf8)).Append("\r\n");
        text.Append("Diagnostic-Code: ").Append(Fit(one.Last.Diagnostic, isUtf8)).Append("\r\n");
        if (one.LastAttempt is { } attempt)
            text.Append("Last-Attempt-Date: ").Append(ReportDate.Of(attempt)).Append("\r\n");
        if (one.RetryUntil is { } until)
            text.Append("Will-Retry-Until: ").Append(ReportDate.Of(until)).Append("\r\n");
    }

    static string Fit(string text, bool isUtf8) =>
        isUtf8 || Ascii.IsValid(text) ? text : string.Create(text.Length, text, static (fit, text) =>
        {
            for (var i = 0; i < fit.Length; i++)
                fit[i] = char.IsAscii(text[i]) ? text[i] : '?';
        });
}
