using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Exchangers;

/// <summary>Where this gateway itself would be met, so that it does not send mail to itself (RFC 5321 section 5.1).</summary>
/// <param name="model">Its names and listeners.</param>
/// <param name="port">To which exchangers are connected: at another port of an address of ours somebody else may listen.</param>
/// <param name="time">How long the machine's addresses are taken for granted.</param>
sealed class OwnPlaces(Func<GatewayModel> model, int port, TimeProvider time)
{
    static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    HashSet<IPAddress> _local = [];
    long? _readAt;

    /// <param name="host">In lower case.</param>
    /// <param name="helloName">The name that we go by there.</param>
    public bool Has(string host, string helloName) =>
        host.Equals(model().Server.HostName, StringComparison.OrdinalIgnoreCase) || host.Equals(helloName, StringComparison.OrdinalIgnoreCase);

    public bool Has(IPAddress address) => model().Listeners
        .Where(listener => listener.Protocol == ListenerProtocol.Smtp)
        .SelectMany(listener => listener.Bind)
        .Any(bound => bound.Port == port && (bound.Address.Equals(address) || (IsEvery(bound.Address, address.AddressFamily) && IsLocal(address))));

    /// <summary>
    /// A stranger's record, or address literal, must not lead to what listens on this machine or its link for those alone who are there, and trusts them. Where all name
    /// servers are an operator's own, on loopback and a port of their own, the zone is too.
    /// </summary>
    public bool CanBeElsewhere(IPAddress address) =>
        !(IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.ToString().StartsWith("169.254.", StringComparison.Ordinal))
        || model().Resolver is { Port: not 53, Addresses: { Count: > 0 } servers } && servers.All(IPAddress.IsLoopback);

    // A socket on [::] takes IPv4 as well.
    static bool IsEvery(IPAddress bound, AddressFamily family) =>
        bound.Equals(IPAddress.IPv6Any) || (bound.Equals(IPAddress.Any) && family == AddressFamily.InterNetwork);

    bool IsLocal(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
            return true;
        lock (_gate)
        {
            if (_readAt is not { } readAt || time.GetElapsedTime(readAt) >= Life)
            {
                _readAt = time.GetTimestamp();
                _local = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(each => each.GetIPProperties().UnicastAddresses).Select(each => each.Address)];
            }
            return _local.Contains(address);
        }
    }
}
