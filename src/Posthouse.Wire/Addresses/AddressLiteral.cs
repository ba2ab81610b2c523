using System.Buffers.Binary;
using System.Net;
using Posthouse.Wire.Text;

namespace Posthouse.Wire.Addresses;

/// <summary>
/// <c>address-literal</c> (RFC 5321 section 4.1.3): IPv4 and IPv6. The framework's parser takes hexadecimal, octal and
/// short forms and scope ids, which two hops would read as two addresses. No other tag is registered, so none is known here.
/// </summary>
internal static class AddressLiteral
{
    /// <summary>Reads a literal with its brackets into its one normal form, also with brackets.</summary>
    public static bool TryNormalise(ReadOnlySpan<byte> text, out string literal)
    {
        literal = "";
        if (text.Length < 3 || text[0] != '[' || text[^1] != ']')
            return false;
        var address = text[1..^1];
        if (address.Length > 5 && System.Text.Ascii.EqualsIgnoreCase(address[..5], "IPv6:"u8))
        {
            Span<ushort> groups = stackalloc ushort[8];
            if (!TryReadV6(address[5..], groups))
                return false;
            Span<byte> octets = stackalloc byte[16];
            for (var i = 0; i < 8; i++)
                BinaryPrimitives.WriteUInt16BigEndian(octets[(i * 2)..], groups[i]);
            literal = $"[IPv6:{new IPAddress(octets)}]";
            return true;
        }

        if (!TryReadV4(address, out var v4))
            return false;
        literal = $"[{v4 >> 24}.{(v4 >> 16) & 0xFF}.{(v4 >> 8) & 0xFF}.{v4 & 0xFF}]";
        return true;
    }

    // Snum 3("." Snum), Snum = 1*3DIGIT of 0 to 255 without a leading zero, which some would take for octal.
    static bool TryReadV4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (var i = 0; i < 4; i++)
        {
            var end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end < 0 || !Digits.TryParse(text[..end], 3, out var number) || number > 255 || (end > 1 && text[0] == '0'))
                return false;
            address = (address << 8) | (uint)number;
            text = i < 3 ? text[(end + 1)..] : default;
        }

        return true;
    }

    // IPv6-full, -comp, IPv6v4-full and -comp: "::" stands for one or more groups.
    static bool TryReadV6(ReadOnlySpan<byte> text, Span<ushort> groups)
    {
        var gap = text.IndexOf("::"u8);
        if (gap < 0)
            return TryReadGroups(text, groups, mayEndInV4: true, out var count) && count == 8;

        var tail = text[(gap + 2)..];
        Span<ushort> behind = stackalloc ushort[8];
        int before = 0, after = 0;
        if ((gap > 0 && !TryReadGroups(text[..gap], groups, mayEndInV4: false, out before))
            || (!tail.IsEmpty && !TryReadGroups(tail, behind, mayEndInV4: true, out after))
            || before + after > 7)
            return false;
        groups[before..].Clear();
        behind[..after].CopyTo(groups[(8 - after)..]);
        return true;
    }

    static bool TryReadGroups(ReadOnlySpan<byte> text, Span<ushort> groups, bool mayEndInV4, out int count)
    {
        count = 0;
        while (true)
        {
            var end = text.IndexOf((byte)':');
            var isLast = end < 0;
            var group = isLast ? text : text[..end];
            if (isLast && mayEndInV4 && count <= 6 && TryReadV4(group, out var v4))
            {
                groups[count++] = (ushort)(v4 >> 16);
                groups[count++] = (ushort)v4;
                return true;
            }

            if (count == 8 || !TryReadHex(group, out groups[count]))
                return false;
            count++;
            if (isLast)
                return true;
            text = text[(end + 1)..];
        }
    }

    static bool TryReadHex(ReadOnlySpan<byte> text, out ushort value)
    {
        value = 0;
        if (text.Length is < 1 or > 4)
            return false;
        foreach (var octet in text)
        {
            if (!char.IsAsciiHexDigit((char)octet))
                return false;
            value = (ushort)((value << 4) | (octet <= '9' ? octet - '0' : (octet | 0x20) - 'a' + 10));
        }

        return true;
    }
}
