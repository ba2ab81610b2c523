using System.Text;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Commands;

/// <summary>ORCPT's value, <c>addr-type ";" xtext</c> (RFC 3461 section 4.2), or <c>utf-8</c> with an address of its own encoding (RFC 6533 section 3).</summary>
internal static class OriginalRecipient
{
    /// <summary>Longest value on the wire in octets.</summary>
    public const int MaxOctets = 500;

    /// <summary>Reads the value into <c>addr-type;address</c>, decoded.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, bool smtpUtf8, out string value)
    {
        value = "";
        if (text.Length > MaxOctets || !TrySplit(text, out var type, out var address))
            return false;
        var isUnicode = Ascii.EqualsIgnoreCase(type, "utf-8"u8);
        if (isUnicode
            ? !smtpUtf8 || !UnicodeAddress.TryDecode(address, out var decoded)
            : !XText.TryDecode(address, out decoded))
            return false;
        value = $"{Encoding.ASCII.GetString(type)};{decoded}";
        return true;
    }

    /// <summary>Writes a decoded value into the line; false where it is not one that reads back as the same.</summary>
    public static bool TryEncode(string value, bool smtpUtf8, ref LineBuilder line)
    {
        var octets = Encoding.UTF8.GetBytes(value);
        if (!TrySplit(octets, out var type, out var address) || !PrintableText.IsUtf8(address))
            return false;
        var before = line.Length;
        line.Append(type);
        line.Append(";"u8);
        var text = value.AsSpan(type.Length + 1);
        if (Ascii.EqualsIgnoreCase(type, "utf-8"u8))
        {
            if (!smtpUtf8)
                return false;
            line.Append(UnicodeAddress.Encode(text));
        }
        else if (!line.TryAppendXText(text))
        {
            return false;
        }

        return line.Length - before <= MaxOctets;
    }

    // addr-type = atom
    static bool TrySplit(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> address)
    {
        var semicolon = text.IndexOf((byte)';');
        type = semicolon < 0 ? default : text[..semicolon];
        address = semicolon < 0 ? default : text[(semicolon + 1)..];
        return !address.IsEmpty && !type.IsEmpty && IsAtom(type);
    }

    static bool IsAtom(ReadOnlySpan<byte> type)
    {
        foreach (var octet in type)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet is not ((byte)'-' or (byte)'_'))
                return false;
        }

        return true;
    }
}
