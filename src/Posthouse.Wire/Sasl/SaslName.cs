namespace Posthouse.Wire.Sasl;

/// <summary><c>saslname</c> (RFC 5801 section 4): a name in UTF-8, in which <c>=3D</c> stands for <c>=</c> and <c>=2C</c> for a comma.</summary>
static class SaslName
{
    /// <summary>False: the name is not sound (see <see cref="SaslValue.TryEncode"/>).</summary>
    public static bool TryEncode(string name, out byte[] encoded) => SaslValue.TryEncode(
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal), out encoded);

    /// <summary>False: it is empty, holds a comma, or an equals sign that begins neither escape. Whether the name is sound is not asked.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out byte[] name)
    {
        name = new byte[encoded.Length];
        if (encoded.IsEmpty || encoded.Contains((byte)','))
            return false;
        var length = 0;
        while (!encoded.IsEmpty)
        {
            var octet = encoded[0];
            var taken = 1;
            if (octet == '=')
            {
                if (!TryEscape(encoded[1..], out octet))
                    return false;
                taken = 3;
            }
            name[length++] = octet;
            encoded = encoded[taken..];
        }
        Array.Resize(ref name, length);
        return true;
    }

    // The words of an ABNF have no case.
    static bool TryEscape(ReadOnlySpan<byte> digits, out byte octet)
    {
        octet = digits is [(byte)'2', (byte)'C' or (byte)'c', ..] ? (byte)',' : (byte)'=';
        return octet == ',' || digits is [(byte)'3', (byte)'D' or (byte)'d', ..];
    }
}
