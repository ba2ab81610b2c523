using System.Net;
using DnsClient;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Resolving;

/// <summary>
/// Whom to ask: those of <c>[resolver]</c>, or the system's, which are read anew every minute, since a machine may change its network.
/// </summary>
sealed class NameServerList(Func<ResolverModel> model, TimeProvider time)
{
    static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    IReadOnlyList<NameServer> _system = [];
    long? _readAt;

    /// <summary>In the order in which they are asked; may be empty.</summary>
    public IReadOnlyList<NameServer> Current
    {
        get
        {
            var resolver = model();
            return resolver.Addresses.Count > 0
                ? [.. resolver.Addresses.Select(address => new NameServer(new IPEndPoint(address, resolver.Port)))]
                : System();
        }
    }

    IReadOnlyList<NameServer> System()
    {
        lock (_gate)
        {
            if (_readAt is { } readAt && time.GetElapsedTime(readAt) < Life)
                return _system;
            _readAt = time.GetTimestamp();
            return _system = [.. NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)];
        }
    }
}
