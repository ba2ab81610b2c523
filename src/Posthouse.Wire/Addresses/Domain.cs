using System.Buffers;
using System.Globalization;
using System.Text;

namespace Posthouse.Wire.Addresses;

/// <summary>
/// <c>Domain</c> (RFC 5321 section 4.1.2, RFC 6531 section 3.3) in one normal form: lower case, no trailing dot, labels of 1 to 63
/// octets, 255 in all. A U-label stays one; it is not mapped to its A-label, which is a name of its own here.
/// </summary>
internal static class Domain
{
    /// <summary>Longest domain in octets (RFC 5321 section 4.5.3.1.2).</summary>
    public const int MaxOctets = 255;

    const int MaxLabel = 63;

    /// <summary>Reads a domain.</summary>
    public static bool TryNormalise(ReadOnlySpan<byte> text, bool allowUtf8, out string domain, bool allowUnderscore = false)
    {
        domain = "";
        if (text.IsEmpty || text.Length > MaxOctets)
            return false;
        Span<byte> lower = stackalloc byte[MaxOctets];
        if (!TryLower(text, allowUtf8, allowUnderscore, lower, out var length) || !HasGoodLabels(lower[..length]))
            return false;
        domain = Encoding.UTF8.GetString(lower[..length]);
        return true;
    }

    static bool TryLower(ReadOnlySpan<byte> text, bool allowUtf8, bool allowUnderscore, Span<byte> lower, out int length)
    {
        length = 0;
        while (!text.IsEmpty)
        {
            if (length == lower.Length)
                return false;
            var octet = text[0];
            if (octet < 0x80)
            {
                if (!char.IsAsciiLetterOrDigit((char)octet) && octet is not ((byte)'-' or (byte)'.') && !(allowUnderscore && octet == '_'))
                    return false;
                lower[length++] = (byte)char.ToLowerInvariant((char)octet);
                text = text[1..];
                continue;
            }

            if (!allowUtf8 || Rune.DecodeFromUtf8(text, out var rune, out var used) != OperationStatus.Done)
                return false;
            rune = Rune.ToLowerInvariant(rune);
            if (!IsLabelCharacter(rune) || !rune.TryEncodeToUtf8(lower[length..], out var written))
                return false;
            length += written;
            text = text[used..];
        }

        return true;
    }

    static bool HasGoodLabels(ReadOnlySpan<byte> domain)
    {
        while (true)
        {
            var dot = domain.IndexOf((byte)'.');
            var label = dot < 0 ? domain : domain[..dot];
            if (label.Length is < 1 or > MaxLabel || label[0] == '-' || label[^1] == '-')
                return false;
            if (dot < 0)
                return true;
            domain = domain[(dot + 1)..];
        }
    }

    // The letters, digits and marks that RFC 5892 starts from, less what has a second spelling: full-width and other compatibility
    // forms, and marks that compose with the letter before them. The framework's normalisation is off in invariant mode,
    // so a name in such a spelling is refused rather than mapped: one name must have one key.
    static bool IsLabelCharacter(Rune rune)
    {
        if (rune.Value is < 0x80 or 0xAA or 0xBA
            or (>= 0x0300 and <= 0x036F) // combining marks
            or (>= 0x1100 and <= 0x11FF) // Hangul in pieces
            or (>= 0x2100 and <= 0x218F) // letter-like symbols and number forms
            or (>= 0xF900 and <= 0xFFFF) // compatibility ideographs, presentation forms, half and full width
            or (>= 0x1D400 and <= 0x1D7FF) // mathematical letters
            or (>= 0x2F800 and <= 0x2FA1F)) // compatibility ideographs
            return false;
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber;
    }
}
