using System.Buffers;
using System.Text;

namespace Posthouse.Wire.Encodings;

/// <summary>xtext (RFC 3461 section 4): printable US-ASCII with <c>+</c>, <c>=</c> and the rest as <c>+HH</c>.</summary>
public static class XText
{
    /// <summary>Decodes; false for a bad escape, or where a decoded octet is not printable US-ASCII (32-126).</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out string value)
    {
        value = "";
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            int octet = text[i];
            if (octet == '+')
            {
                if (i + 2 >= text.Length || !TryHex(text[i + 1], out var high) || !TryHex(text[i + 2], out var low))
                    return false;
                octet = (high << 4) | low;
                i += 2;
                // An escape can hold anything; what is decoded goes into command lines, headers and logs.
                if (octet is < 0x20 or > 0x7E)
                    return false;
            }
            else if (octet is < 0x21 or > 0x7E or '=')
            {
                return false;
            }

            decoded.Append((char)octet);
        }

        value = decoded.ToString();
        return true;
    }

    /// <summary>Encodes a printable US-ASCII value; anything else is a bug of the caller.</summary>
    /// <exception cref="ArgumentException">A character is not printable US-ASCII.</exception>
    public static void Encode(ReadOnlySpan<char> value, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (value.ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException("xtext carries printable US-ASCII only", nameof(value));
        var octets = output.GetSpan(Math.Max(1, value.Length * 3));
        var at = 0;
        foreach (var character in value)
        {
            if (character is not (' ' or '+' or '='))
            {
                octets[at++] = (byte)character;
                continue;
            }

            octets[at++] = (byte)'+';
            octets[at++] = Hex(character >> 4);
            octets[at++] = Hex(character & 0xF);
        }

        output.Advance(at);
    }

    // hexchar has upper-case digits only.
    static bool TryHex(byte octet, out int value)
    {
        value = octet switch
        {
            >= (byte)'0' and <= (byte)'9' => octet - '0',
            >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
            _ => -1,
        };
        return value >= 0;
    }

    static byte Hex(int nibble) => (byte)(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);
}
