using System.Text;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Wire.Commands;

/// <summary><c>"TO:" Forward-path [ SP Rcpt-parameters ]</c>: 1. the path, 2. its parameters.</summary>
internal static class RcptParser
{
    /// <summary>Reads the argument; null where it is good, else the reply to refuse it with.</summary>
    public static Reply? Parse(ReadOnlySpan<byte> argument, EnvelopeExtensions extensions, bool smtpUtf8, out RcptCommand? command)
    {
        command = null;

        // 1. The path.
        if (argument.Length < 4 || !Ascii.EqualsIgnoreCase(argument[..3], "TO:"u8) || argument[3] != '<')
            return Refusals.RcptSyntax;
        if (!TryReadMailbox(argument[3..], out var mailbox, out var consumed))
            return Refusals.BadRecipient;
        var rest = argument[(3 + consumed)..];
        if (!rest.IsEmpty && rest[0] != ' ')
            return Refusals.BadRecipient;
        if (mailbox.IsUtf8 && !smtpUtf8)
            return Refusals.NeedsSmtpUtf8;

        // 2. The parameters.
        var notify = DsnNotify.Unspecified;
        string? originalRecipient = null;
        var parameters = new ParameterScanner(rest);
        while (parameters.MoveNext())
        {
            var isNotify = parameters.Is("NOTIFY"u8);
            if (!extensions.HasFlag(EnvelopeExtensions.Dsn) || (!isNotify && !parameters.Is("ORCPT"u8)))
                return Refusals.UnknownParameter;
            if (isNotify ? notify != DsnNotify.Unspecified : originalRecipient is not null)
                return Refusals.TwiceGiven;
            if (isNotify
                ? !TryReadNotify(parameters.Value, out notify)
                : !OriginalRecipient.TryDecode(parameters.Value, smtpUtf8, out originalRecipient))
                return Refusals.BadParameter;
        }

        if (parameters.IsMalformed)
            return Refusals.BadParameter;
        command = new RcptCommand { Mailbox = mailbox, Notify = notify, OriginalRecipient = originalRecipient };
        return null;
    }

    static bool TryReadMailbox(ReadOnlySpan<byte> text, out Mailbox mailbox, out int consumed)
    {
        const int bare = 12;
        if (text.Length >= bare && Ascii.EqualsIgnoreCase(text[..bare], "<Postmaster>"u8))
        {
            mailbox = Mailbox.Postmaster;
            consumed = bare;
            return true;
        }

        var isRead = MailPath.TryRead(text, allowUtf8: true, out var found, out consumed);
        mailbox = found!;
        return isRead && found is not null;
    }

    // notify-esmtp-value = "NEVER" / 1#notify-list-element
    static bool TryReadNotify(ReadOnlySpan<byte> value, out DsnNotify notify)
    {
        notify = DsnNotify.Unspecified;
        if (Ascii.EqualsIgnoreCase(value, "NEVER"u8))
        {
            notify = DsnNotify.Never;
            return true;
        }

        foreach (var range in value.Split((byte)','))
        {
            var element = value[range];
            var flag = Ascii.EqualsIgnoreCase(element, "SUCCESS"u8) ? DsnNotify.Success
                : Ascii.EqualsIgnoreCase(element, "FAILURE"u8) ? DsnNotify.Failure
                : Ascii.EqualsIgnoreCase(element, "DELAY"u8) ? DsnNotify.Delay
                : DsnNotify.Unspecified;
            if (flag == DsnNotify.Unspecified)
                return false;
            notify |= flag;
        }

        return notify != DsnNotify.Unspecified;
    }
}
