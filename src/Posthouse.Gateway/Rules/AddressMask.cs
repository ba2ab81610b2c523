using System.Net;
using System.Net.Sockets;

namespace Posthouse.Gateway.Rules;

/// <summary>An address (<c>192.0.2.1</c>, <c>2001:db8::1</c>) or a network (<c>192.0.2.0/24</c>, <c>2001:db8::/32</c>).</summary>
sealed class AddressMask
{
    readonly byte[] _octets;
    readonly int _prefix;

    AddressMask(byte[] octets, int prefix)
    {
        _octets = octets;
        _prefix = prefix;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out AddressMask mask)
    {
        mask = null!;
        var slash = text.IndexOf('/');
        if (!AddressText.TryParse(slash < 0 ? text : text[..slash], out var address))
            return false;
        var octets = address.GetAddressBytes();
        var prefix = octets.Length * 8;
        if (slash >= 0 && !AddressText.TryParseDecimal(text[(slash + 1)..], prefix, out prefix))
            return false;
        mask = new AddressMask(octets, prefix);
        return true;
    }

    /// <summary>An IPv4 client of a dual-stack socket, <c>::ffff:192.0.2.1</c>, is the IPv4 address it stands for.</summary>
    public static IPAddress? Unmapped(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    public bool Contains(IPAddress address)
    {
        var unmapped = _octets.Length == 4 ? Unmapped(address)! : address;
        Span<byte> octets = stackalloc byte[16];
        var length = unmapped.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;
        if (length != _octets.Length || !unmapped.TryWriteBytes(octets, out _))
            return false;
        var whole = _prefix / 8;
        if (!octets[..whole].SequenceEqual(_octets.AsSpan(0, whole)))
            return false;
        var rest = _prefix % 8;
        return rest == 0 || ((octets[whole] ^ _octets[whole]) >> (8 - rest)) == 0;
    }
}
