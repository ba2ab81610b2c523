using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Gateway.Queue;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Reports;

/// <summary>
/// Writes a delivery status notification (RFC 3461, 3464, 6522; 6533 where an address needs it): 1. its header, 2. the part for
/// people, 3. the one for machines, 4. what it is about, whose octets are returned as they are. Written by hand, since a MIME library would
/// build the returned message anew, and its cryptography would be most of the binary.
/// </summary>
/// <remarks>All but a whole 8-bit message goes in 7-bit lines, so that no next hop can find the report unfit.</remarks>
static class ReportWriter
{
    /// <summary>How the part begins, behind its delimiter, that returns an 8-bit message whole.</summary>
    internal static ReadOnlySpan<byte> WholeEightBit => "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"u8;

    internal static OwnMessage Write(
        QueuedMessage message, Mailbox sender, ReportKind kind, IReadOnlyList<ReportedRecipient> recipients, OriginalMessage? original, string hostName, DateTimeOffset now)
    {
        var output = new ArrayBufferWriter<byte>(2048 + (original?.Octets.Length ?? 0));
        // Nobody can know it beforehand, so no returned message can hold it.
        var boundary = RandomNumberGenerator.GetHexString(32);

        // 1.
        Append(output, $"""
            From: Mail Delivery System <MAILER-DAEMON@{hostName}>
            To: <{sender}>
            Subject: {NoticeText.Subject(kind, recipients)}
            Date: {ReportDate.Of(now)}
            Message-ID: <{RandomNumberGenerator.GetHexString(24)}@{hostName}>
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status;
            	boundary="{boundary}"

            This is a delivery status notification in MIME format.


            """);

        // 2.
        var isUtf8 = StatusPart.NeedsUtf8(recipients);
        var notice = Encoding.UTF8.GetBytes(NoticeText.Write(kind, hostName, message.Envelope.Origin.Received, recipients, original is not null));
        AppendPart(output, boundary, Ascii.IsValid(notice) ? "text/plain; charset=us-ascii" : "text/plain; charset=utf-8", notice, !Ascii.IsValid(notice));

        // 3.
        var status = Encoding.UTF8.GetBytes(StatusPart.Write(message, hostName, recipients, isUtf8));
        AppendPart(output, boundary, isUtf8 ? "message/global-delivery-status" : "message/delivery-status", status, !Ascii.IsValid(status));

        // 4.
        var isEightBit = sender.IsUtf8;
        if (original is not null)
            isEightBit |= AppendOriginal(output, boundary, original, message.Envelope.Mail.SmtpUtf8);
        Append(output, $"--{boundary}--\r\n");

        var mail = new MailCommand { ReversePath = null, SmtpUtf8 = sender.IsUtf8, Body = isEightBit ? BodyKind.EightBit : BodyKind.SevenBit, RequireTls = message.Envelope.Mail.RequireTls };
        return new OwnMessage(
            new MessageEnvelope(mail, [new RcptCommand { Mailbox = sender }], new MessageOrigin { Received = now }), output.WrittenSpan.ToArray());
    }

    /// <summary>True where 8-bit octets went in as they are, since message/rfc822 knows no encoding (RFC 2046 section 5.2.1).</summary>
    internal static bool AppendOriginal(ArrayBufferWriter<byte> output, string boundary, OriginalMessage original, bool isUtf8)
    {
        isUtf8 &= original.HasEightBit;
        if (!original.IsWhole)
        {
            AppendPart(output, boundary, isUtf8 ? "message/global-headers" : "text/rfc822-headers", original.Octets, original.HasEightBit || original.HasLongLine);
            return false;
        }
        AppendPart(output, boundary, isUtf8 ? "message/global" : "message/rfc822", original.Octets, isUtf8, original.HasEightBit && !isUtf8 ? "8bit" : "7bit");
        return original.HasEightBit && !isUtf8;
    }

    static void AppendPart(ArrayBufferWriter<byte> output, string boundary, string type, ReadOnlySpan<byte> content, bool isQuoted, string encoding = "7bit")
    {
        Append(output, $"--{boundary}\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: {(isQuoted ? "quoted-printable" : encoding)}\r\n\r\n");
        if (isQuoted)
            QuotedPrintable.Encode(content, output);
        else
            output.Write(content);
        // The CRLF before a boundary belongs to the boundary.
        output.Write("\r\n"u8);
    }

    static void Append(ArrayBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"), output);
}
