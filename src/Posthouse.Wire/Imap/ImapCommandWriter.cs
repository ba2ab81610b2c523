using System.Buffers;
using System.Text;
using Posthouse.Wire.Sasl;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Imap;

/// <summary>The one writer of IMAP commands; like its SMTP sibling it writes one whole line or nothing.</summary>
public static class ImapCommandWriter
{
    /// <summary>Longest line in octets, CRLF included (RFC 9051 section 5.5 asks servers for at least 8192).</summary>
    public const int MaxLine = 8192;

    // As in SMTP (RFC 4954 section 4): RFC 9051 bounds command lines, and this is none.
    const int MaxSaslLine = 12288 + 2;

    /// <summary>Longest value in octets that LOGIN and ID quote, escapes not counted.</summary>
    public const int MaxQuoted = 1000;

    // RFC 2971 section 3.3.
    const int MaxIdFields = 30;
    const int MaxIdName = 30;

    /// <summary>A command without arguments: CAPABILITY, STARTTLS, LOGOUT, NOOP, UNAUTHENTICATE.</summary>
    public static bool TryCommand(IBufferWriter<byte> output, string tag, string command)
    {
        if (!ImapAtoms.IsTag(tag) || !ImapAtoms.IsVerb(command))
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append(tag);
        line.Append(" "u8);
        line.Append(command);
        return line.TryCommit(utf8: false);
    }

    /// <summary>
    /// AUTHENTICATE (RFC 9051 section 6.2.2), with an initial response where the server offers SASL-IR (<c>=</c> for an empty
    /// one).
    /// </summary>
    public static bool TryAuthenticate(IBufferWriter<byte> output, string tag, string mechanism, ReadOnlySpan<byte> initialResponse, bool hasInitialResponse)
    {
        if (!ImapAtoms.IsTag(tag) || !ImapAtoms.IsMechanism(mechanism))
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append(tag);
        line.Append(" AUTHENTICATE "u8);
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

    /// <summary>A SASL response line in base64, or <c>*</c> for a cancel. False where the base64 is longer than 12288 octets.</summary>
    public static bool TrySaslResponse(IBufferWriter<byte> output, ReadOnlySpan<byte> response, bool cancel = false)
    {
        var line = new LineBuilder(output, MaxSaslLine);
        if (cancel)
            line.Append("*"u8);
        else
            line.AppendBase64(response);
        return line.TryCommit(utf8: false);
    }

    /// <summary>
    /// LOGIN with both arguments as quoted strings (RFC 9051 section 4.3). False where a value is empty, not printable US-ASCII or
    /// too long for a quoted string, or where it is a token: such a login needs AUTHENTICATE or literals.
    /// </summary>
    public static bool TryLogin(IBufferWriter<byte> output, string tag, Credentials credentials)
    {
        if (!ImapAtoms.IsTag(tag) || credentials.Kind != CredentialKind.Password)
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append(tag);
        line.Append(" LOGIN "u8);
        AppendQuoted(ref line, Encoding.UTF8.GetBytes(credentials.UserName));
        line.Append(" "u8);
        AppendQuoted(ref line, credentials.Secret);
        return line.TryCommit(utf8: false);
    }

    /// <summary>
    /// ID (RFC 2971 section 3.1) with its fields as quoted strings, NIL where a value is null, and <c>ID NIL</c> without fields.
    /// False where there are more than 30 fields, a name has more than 30 octets, or a name or a value is empty, not printable
    /// US-ASCII or too long.
    /// </summary>
    public static bool TryId(IBufferWriter<byte> output, string tag, IReadOnlyList<KeyValuePair<string, string?>> fields)
    {
        if (!ImapAtoms.IsTag(tag) || fields.Count > MaxIdFields)
            return false;
        var line = new LineBuilder(output, MaxLine);
        line.Append(tag);
        line.Append(fields.Count == 0 ? " ID NIL"u8 : " ID ("u8);
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Key.Length > MaxIdName)
                return false;
            line.Append(i == 0 ? ""u8 : " "u8);
            AppendQuoted(ref line, Encoding.UTF8.GetBytes(fields[i].Key));
            line.Append(" "u8);
            if (fields[i].Value is { } value)
                AppendQuoted(ref line, Encoding.UTF8.GetBytes(value));
            else
                line.Append("NIL"u8);
        }
        line.Append(fields.Count == 0 ? ""u8 : ")"u8);
        return line.TryCommit(utf8: false);
    }

    // quoted = DQUOTE *QUOTED-CHAR DQUOTE; only the quote and the backslash are escaped
    static void AppendQuoted(ref LineBuilder line, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > MaxQuoted || value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E))
        {
            line.Break();
            return;
        }
        line.Append("\""u8);
        while (value.IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var special)
        {
            line.Append(value[..special]);
            line.Append("\\"u8);
            line.Append(value.Slice(special, 1));
            value = value[(special + 1)..];
        }
        line.Append(value);
        line.Append("\""u8);
    }
}
