using System.Buffers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Commands;

/// <summary>The parts of a command line that only SMTP has.</summary>
static class EnvelopeFields
{
    /// <summary>Appends a path of RFC 5321 section 4.1.2; null is the null reverse-path.</summary>
    public static void AppendPath(this ref LineBuilder line, Mailbox? mailbox)
    {
        line.Append("<"u8);
        if (mailbox is not null)
            line.Append(mailbox.ToString());
        line.Append(">"u8);
    }

    /// <summary>Appends a value as xtext (RFC 3461 section 4); false where it has other than printable US-ASCII.</summary>
    public static bool TryAppendXText(this ref LineBuilder line, ReadOnlySpan<char> value)
    {
        if (value.ContainsAnyExceptInRange(' ', '~'))
            return false;
        var encoded = new ArrayBufferWriter<byte>(Math.Max(1, value.Length * 3));
        XText.Encode(value, encoded);
        line.Append(encoded.WrittenSpan);
        return true;
    }
}
