using System.Net;
using System.Net.Sockets;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Resolving;

namespace Posthouse.Gateway.Exchangers;

/// <summary>The addresses of one exchanger, in the order of the strategy.</summary>
/// <param name="Host">The exchanger.</param>
/// <param name="All">Those that can be a mail host's.</param>
/// <param name="Failure">Why some are not known; null = these are all.</param>
sealed record HostAddresses(ExchangerRecord Host, IReadOnlyList<IPAddress> All, string? Failure)
{
    /// <summary>Asks for both families at once where both serve. One that cannot be had does not keep the other from serving.</summary>
    public static async Task<HostAddresses> FindAsync(IMailDns dns, ExchangerRecord exchanger, IpStrategy strategy, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Families(strategy).Select(family => dns.FindAddressesAsync(exchanger.Host, family, cancellationToken)));
        var failed = Array.Find(answers, answer => answer.Finding == DnsFinding.Unavailable);
        return new HostAddresses(exchanger, [.. answers.SelectMany(answer => answer.Records).Where(CanBeHost)], failed is null ? null : $"{exchanger.Host}: {failed.Reason}");
    }

    /// <summary>
    /// Unspecified, multicast, broadcast and IPv4 in the guise of IPv6 are nobody's: a stranger's record must not lead back to this
    /// machine by a spelling that <see cref="OwnPlaces"/> does not know.
    /// </summary>
    public static bool CanBeHost(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        if (octets.Length == 4)
            return octets[0] is > 0 and < 224;
        return !address.IsIPv6Multicast && (address.Equals(IPAddress.IPv6Loopback) || octets.AsSpan(0, 10).ContainsAnyExcept((byte)0))
            && (Translated(octets) is not [var first, var second, ..] || (first is > 0 and < 224 and not 127 && (first, second) != (169, 254)));
    }

    /// <summary>The IPv4 address that 6to4 (RFC 3056) or NAT64 (RFC 6052) makes of it; empty for none.</summary>
    static ReadOnlySpan<byte> Translated(ReadOnlySpan<byte> octets) =>
        octets.StartsWith((ReadOnlySpan<byte>)[0x20, 0x02]) ? octets[2..6]
        : octets.StartsWith((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) ? octets[12..] : [];

    static AddressFamily[] Families(IpStrategy strategy) => strategy switch
    {
        IpStrategy.V4Only => [AddressFamily.InterNetwork],
        IpStrategy.V6Only => [AddressFamily.InterNetworkV6],
        IpStrategy.V6ThenV4 => [AddressFamily.InterNetworkV6, AddressFamily.InterNetwork],
        _ => [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6],
    };
}
