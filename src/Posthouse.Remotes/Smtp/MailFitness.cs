using System.Buffers;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Fits a message's parameters to what the host offers: what it lacks is left out, and where that would change the message,
/// refused.
/// </summary>
static class MailFitness
{
    /// <summary>Why the host cannot take this message as it is; null where it can.</summary>
    public static Outcome? Unfit(RelayRequest request, SmtpConnection connection) => Unfit(request.Mail, request.Recipients, request.Body.Length, connection);

    /// <summary>The same of a message that is still coming.</summary>
    /// <param name="mail">Reverse-path and parameters.</param>
    /// <param name="recipients">So far.</param>
    /// <param name="length">Octets, as far as that is known.</param>
    /// <param name="connection">After its hello.</param>
    public static Outcome? Unfit(MailCommand mail, IReadOnlyList<RcptCommand> recipients, long length, SmtpConnection connection)
    {
        var host = connection.Extensions;
        if (Insecure(mail, connection) is { } insecure)
            return insecure;
        if (mail.Body == BodyKind.Binary)
            return Outcomes.Unfit(554, 6, 1, "The message is binary, which DATA cannot carry");
        if (mail.Body == BodyKind.EightBit && !host.EightBitMime)
            return Outcomes.Unfit(554, 6, 1, "The message is 8-bit and the host does not offer 8BITMIME");
        var utf8 = NeedsUtf8(mail, recipients);
        if (utf8 && !host.SmtpUtf8)
            return Outcomes.Unfit(553, 6, 7, "The message needs SMTPUTF8 and the host does not offer it");
        if (TooBig(length, host) is { } tooBig)
            return tooBig;
        return IsWritable(Fit(mail, utf8, length, connection), recipients, host)
            ? null
            : Outcomes.Unfit(554, 5, 4, "The envelope holds something that no command can carry");
    }

    /// <summary>That it is more than the host takes; null where it is not.</summary>
    public static Outcome? TooBig(long length, ServerExtensions host) => host.SizeLimit > 0 && length > host.SizeLimit
        ? Outcomes.Unfit(552, 3, 4, $"The message has {length} octets and the host takes {host.SizeLimit}")
        : null;

    public static MailCommand Fit(RelayRequest request, SmtpConnection connection) =>
        Fit(request.Mail, NeedsUtf8(request.Mail, request.Recipients), request.Body.Length, connection);

    /// <param name="mail">Reverse-path and parameters.</param>
    /// <param name="utf8">Whether an address of the message, or its header, is in UTF-8.</param>
    /// <param name="length">Octets; null = not known.</param>
    /// <param name="connection">After its hello.</param>
    public static MailCommand Fit(MailCommand mail, bool utf8, long? length, SmtpConnection connection) => mail with
    {
        Size = connection.Extensions.SizeOffered ? length : null,
        SmtpUtf8 = utf8,
        RequireTls = mail.RequireTls && connection.IsEncrypted && connection.Extensions.RequireTls,
        Return = connection.Extensions.Dsn ? mail.Return : DsnReturn.Unspecified,
        EnvelopeId = connection.Extensions.Dsn ? mail.EnvelopeId : null,
    };

    /// <param name="recipient">A recipient of the message.</param>
    /// <param name="host">What the host offers.</param>
    /// <param name="utf8">Whether MAIL said SMTPUTF8; without it an original recipient in UTF-8 has no form (RFC 6533 section 3).</param>
    public static RcptCommand Fit(RcptCommand recipient, ServerExtensions host, bool utf8) =>
        !host.Dsn ? recipient with { Notify = DsnNotify.Unspecified, OriginalRecipient = null }
        : !utf8 && recipient.OriginalRecipient is { } original && original.StartsWith("utf-8;", StringComparison.OrdinalIgnoreCase)
            ? recipient with { OriginalRecipient = null }
            : recipient;

    /// <summary>
    /// RFC 8689 section 4.2.1: no next hop that may let it out in clear. A report goes on all the same (section 5), with the parameter where it
    /// can.
    /// </summary>
    static Outcome? Insecure(MailCommand mail, SmtpConnection connection) =>
        !mail.RequireTls || mail.ReversePath is null ? null
        : !connection.IsVerified ? Outcomes.Unfit(550, 7, 10, "The message requires TLS to a host with a certificate that was verified, and this connection is none")
        : !connection.Extensions.RequireTls ? Outcomes.Unfit(550, 7, 30, "The message requires TLS and the host does not offer REQUIRETLS")
        : null;

    static bool NeedsUtf8(MailCommand mail, IReadOnlyList<RcptCommand> recipients) =>
        mail.SmtpUtf8 || mail.ReversePath is { IsUtf8: true } || recipients.Any(recipient => recipient.Mailbox.IsUtf8);

    // Asked before the first command leaves: a host should see a whole envelope or nothing of it.
    static bool IsWritable(MailCommand mail, IReadOnlyList<RcptCommand> recipients, ServerExtensions host)
    {
        var scratch = new ArrayBufferWriter<byte>(SmtpCommandWriter.MaxLine);
        var isWritable = SmtpCommandWriter.TryMail(scratch, mail, host.SmtpUtf8);
        foreach (var recipient in recipients)
        {
            scratch.ResetWrittenCount();
            isWritable &= SmtpCommandWriter.TryRcpt(scratch, Fit(recipient, host, mail.SmtpUtf8), mail.SmtpUtf8);
        }
        return isWritable;
    }
}
