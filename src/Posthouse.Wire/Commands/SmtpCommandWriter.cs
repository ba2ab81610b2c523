using System.Buffers;
using Posthouse.Wire.Addresses;

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

    /// <summary>A verb without argument: QUIT, RSET, DATA, STARTTLS, NOOP.</summary>
    public static bool TryVerb(IBufferWriter<byte> output, SmtpVerb verb) => throw new NotImplementedException();

    /// <summary>EHLO, HELO or LHLO.</summary>
    public static bool TryHello(IBufferWriter<byte> output, SmtpVerb verb, string name) => throw new NotImplementedException();

    /// <summary>MAIL FROM with the parameters that are set; the caller has left out what the host does not offer.</summary>
    public static bool TryMail(IBufferWriter<byte> output, MailCommand command, bool utf8) => throw new NotImplementedException();

    /// <summary>RCPT TO with the parameters that are set.</summary>
    public static bool TryRcpt(IBufferWriter<byte> output, RcptCommand command, bool utf8) => throw new NotImplementedException();

    /// <summary>VRFY or EXPN with a user, mailbox or list name.</summary>
    public static bool TryQuery(IBufferWriter<byte> output, SmtpVerb verb, string argument, bool utf8) => throw new NotImplementedException();

    /// <summary>AUTH with a mechanism and, if not null, an initial response in base64 (<c>=</c> for an empty one).</summary>
    public static bool TryAuth(IBufferWriter<byte> output, string mechanism, ReadOnlySpan<byte> initialResponse, bool hasInitialResponse) =>
        throw new NotImplementedException();

    /// <summary>A SASL response line in base64, or <c>*</c> for a cancel when <paramref name="cancel"/>.</summary>
    public static bool TrySaslResponse(IBufferWriter<byte> output, ReadOnlySpan<byte> response, bool cancel = false) =>
        throw new NotImplementedException();

    /// <summary>BDAT with a length.</summary>
    public static bool TryBdat(IBufferWriter<byte> output, long length, bool last) => throw new NotImplementedException();
}
