using System.Buffers;
using Posthouse.Wire.Sasl;

namespace Posthouse.Wire.Imap;

/// <summary>The one writer of IMAP commands; like its SMTP sibling it writes one whole line or nothing.</summary>
public static class ImapCommandWriter
{
    /// <summary>A command without arguments: CAPABILITY, STARTTLS, LOGOUT, NOOP, UNAUTHENTICATE.</summary>
    public static bool TryCommand(IBufferWriter<byte> output, string tag, string command) => throw new NotImplementedException();

    /// <summary>AUTHENTICATE (RFC 9051 section 6.2.2), with an initial response where the server offers SASL-IR (<c>=</c> for an empty one).</summary>
    public static bool TryAuthenticate(IBufferWriter<byte> output, string tag, string mechanism, ReadOnlySpan<byte> initialResponse, bool hasInitialResponse) =>
        throw new NotImplementedException();

    /// <summary>A SASL response line in base64, or <c>*</c> for a cancel.</summary>
    public static bool TrySaslResponse(IBufferWriter<byte> output, ReadOnlySpan<byte> response, bool cancel = false) => throw new NotImplementedException();

    /// <summary>
    /// LOGIN with both arguments as quoted strings (RFC 9051 section 4.3). False where a value is empty, not printable US-ASCII or
    /// too long for a quoted string: such a login needs AUTHENTICATE or literals.
    /// </summary>
    public static bool TryLogin(IBufferWriter<byte> output, string tag, Credentials credentials) => throw new NotImplementedException();
}
