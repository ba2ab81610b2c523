using System.Net;

namespace Posthouse.Gateway.Rules;

/// <summary>An address (<c>192.0.2.1</c>, <c>2001:db8::1</c>) or a network (<c>192.0.2.0/24</c>, <c>2001:db8::/32</c>).</summary>
sealed class AddressMask
{
    readonly byte[] _octets;
    readonly int _prefix;

    AddressMask(ReadOnlySpan<byte> octets, int prefix)
    {
        _octets = octets.ToArray();
        _prefix = prefix;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out AddressMask mask)
    {
        Span<byte> octets = stackalloc byte[16];
        var isMask = TryParse(text, octets, out var length, out var prefix);
        mask = isMask ? new AddressMask(octets[..length], prefix) : null!;
        return isMask;
    }

    /// <summary>The octets of an address or a network, 4 or 16 of them, and the bits that count.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> octets, out int length, out int prefix)
    {
        prefix = 0;
        var slash = text.IndexOf('/');
        if (!AddressText.TryParse(slash < 0 ? text : text[..slash], octets, out length))
            return false;
        prefix = length * 8;
        return slash < 0 || AddressText.TryParseDecimal(text[(slash + 1)..], prefix, out prefix);
    }

    /// <summary>An IPv4 client of a dual-stack socket, <c>::ffff:192.0.2.1</c>, is the IPv4 address it stands for.</summary>
    public static IPAddress? Unmapped(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    public bool Contains(IPAddress address)
    {
        Span<byte> written = stackalloc byte[16];
        if (!address.TryWriteBytes(written, out var length))
            return false;
        ReadOnlySpan<byte> octets = written[..length];
        if (_octets.Length == 4 && address.IsIPv4MappedToIPv6)
            octets = octets[12..];
        if (octets.Length != _octets.Length)
            return false;
        var whole = _prefix / 8;
        if (!octets[..whole].SequenceEqual(_octets.AsSpan(0, whole)))
            return false;
        var rest = _prefix % 8;
        return rest == 0 || ((octets[whole] ^ _octets[whole]) >> (8 - rest)) == 0;
    }
}
