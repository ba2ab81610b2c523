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
    public static Outcome? Unfit(RelayRequest request, ServerExtensions host) => request switch
    {
        { Mail.Body: BodyKind.Binary } => Outcomes.Unfit(554, 6, 1, "The message is binary, which DATA cannot carry"),
        { Mail.Body: BodyKind.EightBit } when !host.EightBitMime => Outcomes.Unfit(554, 6, 1, "The message is 8-bit and the host does not offer 8BITMIME"),
        _ when NeedsUtf8(request) && !host.SmtpUtf8 => Outcomes.Unfit(553, 6, 7, "The message needs SMTPUTF8 and the host does not offer it"),
        _ when host.SizeLimit > 0 && request.Body.Length > host.SizeLimit =>
            Outcomes.Unfit(552, 3, 4, $"The message has {request.Body.Length} octets and the host takes {host.SizeLimit}"),
        _ when !IsWritable(request, host) => Outcomes.Unfit(554, 5, 4, "The envelope holds something that no command can carry"),
        _ => null,
    };

    public static bool NeedsUtf8(RelayRequest request) =>
        request.Mail.SmtpUtf8 || request.Mail.ReversePath is { IsUtf8: true } || request.Recipients.Any(recipient => recipient.Mailbox.IsUtf8);

    public static MailCommand Fit(RelayRequest request, ServerExtensions host) => request.Mail with
    {
        Size = host.SizeOffered ? request.Body.Length : null,
        SmtpUtf8 = NeedsUtf8(request),
        Return = host.Dsn ? request.Mail.Return : DsnReturn.Unspecified,
        EnvelopeId = host.Dsn ? request.Mail.EnvelopeId : null,
    };

    /// <param name="recipient">A recipient of the message.</param>
    /// <param name="host">What the host offers.</param>
    /// <param name="utf8">Whether MAIL said SMTPUTF8; without it an original recipient in UTF-8 has no form (RFC 6533 section 3).</param>
    public static RcptCommand Fit(RcptCommand recipient, ServerExtensions host, bool utf8) =>
        !host.Dsn ? recipient with { Notify = DsnNotify.Unspecified, OriginalRecipient = null }
        : !utf8 && recipient.OriginalRecipient is { } original && original.StartsWith("utf-8;", StringComparison.OrdinalIgnoreCase)
            ? recipient with { OriginalRecipient = null }
            : recipient;

    // Asked before the first command leaves: a host should see a whole envelope or nothing of it.
    static bool IsWritable(RelayRequest request, ServerExtensions host)
    {
        var mail = Fit(request, host);
        var scratch = new ArrayBufferWriter<byte>(SmtpCommandWriter.MaxLine);
        var isWritable = SmtpCommandWriter.TryMail(scratch, mail, host.SmtpUtf8);
        foreach (var recipient in request.Recipients)
        {
            scratch.ResetWrittenCount();
            isWritable &= SmtpCommandWriter.TryRcpt(scratch, Fit(recipient, host, mail.SmtpUtf8), mail.SmtpUtf8);
        }
        return isWritable;
    }
}
