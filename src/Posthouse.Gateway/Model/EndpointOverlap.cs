using System.Net;

namespace Posthouse.Gateway.Model;

/// <summary>Which addresses cannot be listened on beside each other.</summary>
static class EndpointOverlap
{
    /// <summary>Whether a connection could be for both: they are equal, or one is the wildcard of the other's port. <c>[::]</c> takes IPv4 too.</summary>
    public static bool Overlaps(this IPEndPoint one, IPEndPoint other) => one.Port == other.Port && one.Port != 0
        && (one.Address.Equals(other.Address) || Covers(one.Address, other.Address) || Covers(other.Address, one.Address));

    static bool Covers(IPAddress wildcard, IPAddress address) =>
        wildcard.Equals(IPAddress.IPv6Any) || (wildcard.Equals(IPAddress.Any) && address.AddressFamily == wildcard.AddressFamily);
}
