using System.Buffers;
using System.Text;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Encodings;

/// <summary>
/// <c>utf-8-addr-unitext</c> (RFC 6533 section 3), the form that ORCPT takes under SMTPUTF8: visible characters as
/// themselves, and blank, <c>+</c>, <c>=</c> and <c>\</c> as <c>\x{HEX}</c>.
/// </summary>
internal static class UnicodeAddress
{
    /// <summary>Decodes; false for a bad escape, ill-formed UTF-8, or a character that is not printable.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out string value)
    {
        value = "";
        var decoded = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            Rune rune;
            int length;
            if (text[0] == '\\')
            {
                if (!TryEscape(text, out rune, out length))
                    return false;
            }
            else if (text[0] is (byte)' ' or (byte)'+' or (byte)'='
                || Rune.DecodeFromUtf8(text, out rune, out length) != OperationStatus.Done)
            {
                return false;
            }

            if (!PrintableText.IsPrintable(rune))
                return false;
            decoded.Append(rune.ToString());
            text = text[length..];
        }

        value = decoded.ToString();
        return true;
    }

    /// <summary>Encodes; the caller has made sure that every character is printable.</summary>
    public static string Encode(ReadOnlySpan<char> value)
    {
        var encoded = new StringBuilder(value.Length);
        foreach (var character in value)
        {
            _ = character switch
            {
                ' ' => encoded.Append(@"\x{20}"),
                '+' => encoded.Append(@"\x{2B}"),
                '=' => encoded.Append(@"\x{3D}"),
                '\\' => encoded.Append(@"\x{5C}"),
                _ => encoded.Append(character),
            };
        }

        return encoded.ToString();
    }

    // EmbeddedUnicodeChar = "\x{" 2*6HEXDIG "}"
    static bool TryEscape(ReadOnlySpan<byte> text, out Rune rune, out int length)
    {
        rune = default;
        length = 0;
        if (!text.StartsWith(@"\x{"u8))
            return false;
        var digits = text[3..].IndexOf((byte)'}');
        if (digits is < 2 or > 6)
            return false;
        var value = 0;
        foreach (var octet in text.Slice(3, digits))
        {
            if (!char.IsAsciiHexDigit((char)octet))
                return false;
            value = (value << 4) | (octet <= '9' ? octet - '0' : (octet | 0x20) - 'a' + 10);
        }

        length = digits + 4;
        return Rune.TryCreate(value, out rune);
    }
}
