using System.Buffers;
using System.Net;

namespace Posthouse.Gateway.Rules;

/// <summary>
/// Reads IP addresses strictly: four decimal numbers without leading zeros, or RFC 4291 section 2.2 without a zone. The
/// framework's parser also takes <c>1</c>, <c>0x7f.1</c> and <c>010.0.0.1</c>, each of which surprises somebody.
/// </summary>
static class AddressText
{
    static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        var isAddress = TryParse(text, octets, out var length);
        address = isAddress ? new IPAddress(octets[..length]) : IPAddress.None;
        return isAddress;
    }

    /// <summary>The octets of an address, 4 or 16 of them.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> octets, out int length)
    {
        // Most of what lists are asked about is none, and that shows at its first letter.
        length = text.ContainsAnyExcept(Characters) ? 0 : TryParse4(text, octets) ? 4 : TryParse6(text, octets) ? 16 : 0;
        return length != 0;
    }

    /// <summary>An address as rules and lists see it: an IPv4 address never as an IPv6-mapped one, and without a zone; empty for none.</summary>
    public static string Of(IPAddress? address)
    {
        var text = AddressMask.Unmapped(address)?.ToString() ?? "";
        var zone = text.IndexOf('%', StringComparison.Ordinal);
        return zone < 0 ? text : text[..zone];
    }

    /// <summary>Digits without sign or leading zero.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<char> text, int max, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 9 || (text.Length > 1 && text[0] == '0'))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = (value * 10) + (c - '0');
        }
        return value <= max;
    }

    static bool TryParse4(ReadOnlySpan<char> text, Span<byte> octets)
    {
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            if (count == 4 || !TryParseDecimal(text[range], 255, out var octet))
                return false;
            octets[count++] = (byte)octet;
        }
        return count == 4;
    }

    static bool TryParse6(ReadOnlySpan<char> text, Span<byte> octets)
    {
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
            return TryParseGroups(text, octets, out var all) && all == 16;
        Span<byte> tail = stackalloc byte[16];
        if (!TryParseGroups(text[..gap], octets, out var front, allowV4: false) || !TryParseGroups(text[(gap + 2)..], tail, out var back))
            return false;
        if (front + back > 14)
            return false;
        octets[front..16].Clear();
        tail[..back].CopyTo(octets[(16 - back)..]);
        return true;
    }

    /// <summary>Groups of up to four hexadecimal digits with colons between; the last two may be an IPv4 address.</summary>
    static bool TryParseGroups(ReadOnlySpan<char> text, Span<byte> octets, out int written, bool allowV4 = true)
    {
        written = 0;
        if (text.IsEmpty)
            return true;
        foreach (var range in text.Split(':'))
        {
            var group = text[range];
            if (allowV4 && written <= 12 && range.End.GetOffset(text.Length) == text.Length && group.Contains('.'))
            {
                if (!TryParse4(group, octets[written..]))
                    return false;
                written += 4;
                continue;
            }
            if (written == 16 || !TryParseHex(group, out var value))
                return false;
            octets[written++] = (byte)(value >> 8);
            octets[written++] = (byte)value;
        }
        return true;
    }

    static bool TryParseHex(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 4)
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
            value = (value << 4) | (char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return true;
    }
}
