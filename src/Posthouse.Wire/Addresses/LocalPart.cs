using System.Buffers;
using System.Text;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Addresses;

/// <summary>
/// <c>Local-part</c> (RFC 5321 section 4.1.2, RFC 6531 section 3.3): read into its value, written back quoted where it must be.
/// </summary>
internal static class LocalPart
{
    /// <summary>Longest value in octets (RFC 5321 section 4.5.3.1.1), quotes and escapes not counted.</summary>
    public const int MaxOctets = 64;

    static readonly SearchValues<byte> DotAtom =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~."u8);

    static readonly SearchValues<char> DotAtomCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>Reads a local part at the front of <paramref name="text"/>; it ends before the <c>@</c>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, bool allowUtf8, out string value, out int consumed)
    {
        value = "";
        Span<byte> unquoted = stackalloc byte[MaxOctets];
        int length;
        if (!text.IsEmpty && text[0] == '"')
        {
            if (!TryUnquote(text, unquoted, out length, out consumed))
                return false;
        }
        else
        {
            length = consumed = text.IndexOf((byte)'@');
            if (length is < 1 or > MaxOctets || !IsDotAtom(text[..length]))
                return false;
            text[..length].CopyTo(unquoted);
        }

        var octets = unquoted[..length];
        if (allowUtf8 ? !PrintableText.IsUtf8(octets) : !PrintableText.IsAscii(octets))
            return false;
        value = Encoding.UTF8.GetString(octets);
        return true;
    }

    /// <summary>The value as it is written: in quotes unless it is a dot-atom.</summary>
    public static string Write(string value)
    {
        var isDotAtom = value is not ("" or ['.', ..] or [.., '.']) && !value.Contains("..", StringComparison.Ordinal)
            && !HasSpecial(value);
        if (isDotAtom)
            return value;

        var output = new StringBuilder("\"", value.Length + 2);
        foreach (var character in value)
        {
            if (character is '"' or '\\')
                output.Append('\\');
            output.Append(character);
        }

        return output.Append('"').ToString();
    }

    // Dot-string = Atom *("." Atom); octets above 0x7F are judged with the whole value.
    static bool IsDotAtom(ReadOnlySpan<byte> text)
    {
        if (text[0] == '.' || text[^1] == '.' || text.IndexOf(".."u8) >= 0)
            return false;
        for (var at = text.IndexOfAnyExcept(DotAtom); at >= 0; at = text.IndexOfAnyExcept(DotAtom))
        {
            if (text[at] < 0x80)
                return false;
            text = text[(at + 1)..];
        }

        return true;
    }

    static bool HasSpecial(ReadOnlySpan<char> value)
    {
        for (var at = value.IndexOfAnyExcept(DotAtomCharacters); at >= 0; at = value.IndexOfAnyExcept(DotAtomCharacters))
        {
            if (value[at] < 0x80)
                return true;
            value = value[(at + 1)..];
        }

        return false;
    }

    // Quoted-string = DQUOTE *(qtext / "\" %d32-126) DQUOTE; controls are refused with the whole value.
    static bool TryUnquote(ReadOnlySpan<byte> text, Span<byte> value, out int length, out int consumed)
    {
        length = consumed = 0;
        for (var i = 1; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet == '"')
            {
                consumed = i + 1;
                return true;
            }

            if (octet == '\\')
            {
                if (++i == text.Length || text[i] >= 0x7F)
                    return false;
                octet = text[i];
            }

            if (length == value.Length)
                return false;
            value[length++] = octet;
        }

        return false;
    }
}
