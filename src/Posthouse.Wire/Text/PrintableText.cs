using System.Globalization;
using System.Text;

namespace Posthouse.Wire.Text;

/// <summary>
/// Text from one peer on its way to another, to a log or to a screen: printable US-ASCII and well-formed, visible UTF-8
/// stay, anything else becomes <c>?</c>. No control, no line break of any script, no direction override passes.
/// </summary>
internal static class PrintableText
{
    /// <summary>Whether a character shows as itself; the two joiners pass, since some scripts are not written without them.</summary>
    public static bool IsPrintable(Rune rune)
    {
        if (rune.IsAscii)
            return rune.Value is >= 0x20 and <= 0x7E;
        if (rune.Value is 0x200C or 0x200D)
            return true;
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
    }

    /// <summary>Whether every octet is printable US-ASCII.</summary>
    public static bool IsAscii(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    /// <summary>Whether the octets are well-formed UTF-8 and every character is printable.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> text)
    {
        if (IsAscii(text))
            return true;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var length) != System.Buffers.OperationStatus.Done || !IsPrintable(rune))
                return false;
            text = text[length..];
        }

        return true;
    }

    /// <summary>Reads octets as text.</summary>
    public static string Decode(ReadOnlySpan<byte> octets)
    {
        if (IsAscii(octets))
            return Encoding.ASCII.GetString(octets);
        var text = new StringBuilder(octets.Length);
        Span<char> units = stackalloc char[2];
        while (!octets.IsEmpty)
        {
            // An ill-formed sequence decodes to U+FFFD, a symbol, so it is told by the status.
            var status = Rune.DecodeFromUtf8(octets, out var rune, out var length);
            var visible = status == System.Buffers.OperationStatus.Done && IsPrintable(rune) ? rune : new Rune('?');
            text.Append(units[..visible.EncodeToUtf16(units)]);
            octets = octets[length..];
        }

        return text.ToString();
    }

    /// <summary>Writes as much of the text as fits, never half a character.</summary>
    /// <param name="text">The text.</param>
    /// <param name="utf8">Whether non-ASCII characters may stay.</param>
    /// <param name="octets">Where to; what does not fit is cut.</param>
    /// <returns>Octets written.</returns>
    public static int Encode(ReadOnlySpan<char> text, bool utf8, Span<byte> octets)
    {
        var written = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var visible = IsPrintable(rune) && (utf8 || rune.IsAscii) ? rune : new Rune('?');
            if (!visible.TryEncodeToUtf8(octets[written..], out var length))
                break;
            written += length;
        }

        return written;
    }
}
