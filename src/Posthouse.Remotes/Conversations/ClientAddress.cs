using System.Net;

namespace Posthouse.Remotes.Conversations;

/// <summary>A client's address as another host can understand it.</summary>
static class ClientAddress
{
    /// <summary>IPv4 is never shown as IPv6, and a scope means something on this machine only.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
}
