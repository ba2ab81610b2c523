using Posthouse.Wire.Text;

namespace Posthouse.Wire.Commands;

/// <summary>The parameters of MAIL and RCPT, each written only where it would be read back as the same.</summary>
internal static class EnvelopeWriter
{
    public static bool TryAppend(ref LineBuilder line, MailCommand command)
    {
        if (command.Size is { } size)
        {
            if (size < 0)
                return false;
            line.Append(" SIZE="u8);
            line.Append(size);
        }

        if (command.Body != BodyKind.SevenBit)
            line.Append(command.Body == BodyKind.Binary ? " BODY=BINARYMIME"u8 : " BODY=8BITMIME"u8);
        if (command.SmtpUtf8)
            line.Append(" SMTPUTF8"u8);
        if (command.RequireTls)
            line.Append(" REQUIRETLS"u8);
        if (command.Return != DsnReturn.Unspecified)
            line.Append(command.Return == DsnReturn.Full ? " RET=FULL"u8 : " RET=HDRS"u8);
        if (command.EnvelopeId is not { } id)
            return true;
        line.Append(" ENVID="u8);
        return id.Length is >= 1 and <= MailParser.MaxEnvelopeId && line.TryAppendXText(id);
    }

    public static bool TryAppend(ref LineBuilder line, RcptCommand command, bool smtpUtf8)
    {
        if (command.Notify.HasFlag(DsnNotify.Never))
        {
            if (command.Notify != DsnNotify.Never)
                return false;
            line.Append(" NOTIFY=NEVER"u8);
        }
        else if (command.Notify != DsnNotify.Unspecified)
        {
            line.Append(" NOTIFY="u8);
            var separator = ""u8;
            AppendElement(ref line, command.Notify, DsnNotify.Success, "SUCCESS"u8, ref separator);
            AppendElement(ref line, command.Notify, DsnNotify.Failure, "FAILURE"u8, ref separator);
            AppendElement(ref line, command.Notify, DsnNotify.Delay, "DELAY"u8, ref separator);
        }

        if (command.OriginalRecipient is not { } recipient)
            return true;
        line.Append(" ORCPT="u8);
        return OriginalRecipient.TryEncode(recipient, smtpUtf8, ref line);
    }

    static void AppendElement(ref LineBuilder line, DsnNotify notify, DsnNotify flag, ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> separator)
    {
        if (!notify.HasFlag(flag))
            return;
        line.Append(separator);
        line.Append(name);
        separator = ","u8;
    }
}
