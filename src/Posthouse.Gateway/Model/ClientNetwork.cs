using System.Net;
using System.Net.Sockets;

namespace Posthouse.Gateway.Model;

/// <summary>What a client is counted by: its IPv4 address, or of IPv6 the /64, of which it has every address.</summary>
static class ClientNetwork
{
    /// <summary>The address, or the first of its /64.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;
        var octets = address.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }

    /// <summary>For people: <c>192.0.2.7</c>, <c>2001:db8:0:1::/64</c>; empty where there is none.</summary>
    public static string TextOf(IPAddress? address)
    {
        if (address is null)
            return "";
        var network = Of(address);
        return network.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(network) ? $"{network}/64" : network.ToString();
    }
}
