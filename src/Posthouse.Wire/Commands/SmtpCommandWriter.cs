using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Commands;

/// <summary>
/// The one writer of commands toward a remote host. Arguments are typed values, written anew; each call puts exactly one
/// line on the wire or none: an octet below 0x20, 0x7F, or above 0x7E where the host has not offered SMTPUTF8, and a
/// line over the limit, make it answer false with nothing written.
/// </summary>
public static class SmtpCommandWriter
{
    /// <summary>Longest command line in octets, CRLF included: 512 (RFC 5321 section 4.5.3.1.4) and the extensions' parameters.</summary>
    public const int MaxLine = 2048;

    // RFC 4954 section 4: an AUTH command keeps to 512 octets, CRLF included; a response has at most 12288 of base64. XCLIENT
    // keeps to 512 as well.
    const int MaxAuthLine = 512;
    const int MaxXClientLine = 512;
    const int MaxSaslResponse = 12288;

    /// <summary>A verb without argument: QUIT, RSET, DATA, STARTTLS, NOOP.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The verb is another one.</exception>
    public static bool TryVerb(IBufferWriter<byte> output, SmtpVerb verb)
    {
        Require(verb is SmtpVerb.Quit or SmtpVerb.Rset or SmtpVerb.Data or SmtpVerb.StartTls or SmtpVerb.Noop, verb);
        var line = new LineBuilder(output, MaxLine);
        line.Append(VerbNames.Of(verb));
        return line.TryCommit(utf8: false);
    }

    /// <summary>EHLO, HELO or LHLO. False also where the name is neither a domain nor an address literal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The verb is another one.</exception>
    public static bool TryHello(IBufferWriter<byte> output, SmtpVerb verb, string name)
    {
        Require(verb is SmtpVerb.Ehlo or SmtpVerb.Helo or SmtpVerb.Lhlo, verb);
        ArgumentNullException.ThrowIfNull(name);
        // An underscore is let pass from clients; a host need not be so kind to us.
        if (!HelloName.TryParse(Encoding.UTF8.GetBytes(name), out var normal) || normal.Contains('_', StringComparison.Ordinal))
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append(VerbNames.Of(verb));
        line.Append(" "u8);
        line.Append(normal);
        return line.TryCommit(utf8: false);
    }

    /// <summary>
    /// MAIL FROM with the parameters that are set; the caller has left out what the host does not offer. False also where
    /// <see cref="MailCommand.SmtpUtf8"/> is set or needed, but not <paramref name="utf8"/>.
    /// </summary>
    public static bool TryMail(IBufferWriter<byte> output, MailCommand command, bool utf8)
    {
        ArgumentNullException.ThrowIfNull(command);
        var needsUtf8 = command.SmtpUtf8 || command.ReversePath is { IsUtf8: true };
        if ((needsUtf8 && !(command.SmtpUtf8 && utf8)) || command.ReversePath is { Domain: "" })
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append("MAIL FROM:"u8);
        line.AppendPath(command.ReversePath);
        return EnvelopeWriter.TryAppend(ref line, command) && line.TryCommit(command.SmtpUtf8);
    }

    /// <summary>
    /// RCPT TO with the parameters that are set; <paramref name="utf8"/> where the transaction's MAIL gave SMTPUTF8. False also for
    /// an ORCPT of type <c>utf-8</c> without it: the caller drops the parameter there, not the recipient.
    /// </summary>
    public static bool TryRcpt(IBufferWriter<byte> output, RcptCommand command, bool utf8)
    {
        ArgumentNullException.ThrowIfNull(command);
        var line = new LineBuilder(output, MaxLine);
        line.Append("RCPT TO:"u8);
        line.AppendPath(command.Mailbox);
        return EnvelopeWriter.TryAppend(ref line, command, utf8) && line.TryCommit(utf8);
    }

    /// <summary>
    /// VRFY or EXPN with a user, mailbox or list name; beyond ASCII, the parameter SMTPUTF8 is added (RFC 6531 section 3.7.4.2).
    /// False also for an argument that is empty or has a blank at either end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The verb is another one.</exception>
    public static bool TryQuery(IBufferWriter<byte> output, SmtpVerb verb, string argument, bool utf8)
    {
        Require(verb is SmtpVerb.Vrfy or SmtpVerb.Expn, verb);
        ArgumentNullException.ThrowIfNull(argument);
        if (argument is "" or [' ', ..] or [.., ' '])
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append(VerbNames.Of(verb));
        line.Append(" "u8);
        line.Append(argument);
        if (utf8 && !Ascii.IsValid(argument))
            line.Append(" SMTPUTF8"u8);
        return line.TryCommit(utf8);
    }

    /// <summary>AUTH with a mechanism and, if not null, an initial response in base64 (<c>=</c> for an empty one).</summary>
    /// <remarks>
    /// False also where the initial response makes the line longer than 512 octets: the caller then sends the command
    /// without it and the response after the 334 (RFC 4954 section 4).
    /// </remarks>
    public static bool TryAuth(IBufferWriter<byte> output, string mechanism, ReadOnlySpan<byte> initialResponse, bool hasInitialResponse)
    {
        ArgumentNullException.ThrowIfNull(mechanism);
        if (!SaslMechanismName.IsValid(mechanism))
            return false;
        var line = new LineBuilder(output, MaxAuthLine);
        line.Append("AUTH "u8);
        line.Append(mechanism);
        if (hasInitialResponse)
        {
            line.Append(" "u8);
            if (initialResponse.IsEmpty)
                line.Append("="u8);
            else
                line.AppendBase64(initialResponse);
        }

        return line.TryCommit(utf8: false);
    }

    /// <summary>A SASL response line in base64, or <c>*</c> for a cancel when <paramref name="cancel"/>.</summary>
    /// <remarks>False where the base64 is longer than 12288 octets (RFC 4954 section 4).</remarks>
    public static bool TrySaslResponse(IBufferWriter<byte> output, ReadOnlySpan<byte> response, bool cancel = false)
    {
        if (!cancel && response.Length > Base64.GetMaxDecodedFromUtf8Length(MaxSaslResponse))
            return false;
        var line = new LineBuilder(output, cancel ? 3 : Base64.GetMaxEncodedToUtf8Length(response.Length) + 2);
        if (cancel)
            line.Append("*"u8);
        else
            line.AppendBase64(response);
        return line.TryCommit(utf8: false);
    }

    /// <summary>BDAT with a length.</summary>
    public static bool TryBdat(IBufferWriter<byte> output, long length, bool last)
    {
        if (length < 0)
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append("BDAT "u8);
        line.Append(length);
        if (last)
            line.Append(" LAST"u8);
        return line.TryCommit(utf8: false);
    }

    /// <summary>
    /// XCLIENT with as many of the fields, from the first on, as a line of 512 octets holds; the others go into a command of
    /// their own.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="fields">At least one; only those that the host lists.</param>
    /// <param name="taken">How many were written; each one fits a line.</param>
    /// <remarks>False, with nothing written, where a value is none that <see cref="XClientField.CanCarry"/>.</remarks>
    public static bool TryXClient(IBufferWriter<byte> output, ReadOnlySpan<XClientField> fields, out int taken)
    {
        taken = 0;
        foreach (var field in fields)
        {
            if (field.Value is { } value && !XClientField.CanCarry(value))
                return false;
        }

        var line = new LineBuilder(output, MaxXClientLine);
        line.Append("XCLIENT"u8);
        for (; taken < fields.Length; taken++)
        {
            var longer = line;
            longer.Append(" "u8);
            longer.Append(fields[taken].Keyword);
            longer.Append("="u8);
            if (!longer.TryAppendXText(fields[taken].Value ?? XClientField.Unavailable) || longer.IsBroken)
                break;
            line = longer;
        }

        return taken > 0 && line.TryCommit(utf8: false);
    }

    static void Require(bool isAllowed, SmtpVerb verb)
    {
        if (!isAllowed)
            throw new ArgumentOutOfRangeException(nameof(verb), verb, "not a verb of this shape");
    }
}
