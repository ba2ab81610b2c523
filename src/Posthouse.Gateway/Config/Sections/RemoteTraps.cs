using System.Globalization;
using System.Net;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Definitions that are allowed and seldom meant.</summary>
static class RemoteTraps
{
    static readonly KeyDescription[] OfLookups =
    [
        RemoteKeys.CacheEntries, RemoteKeys.CachePositive, RemoteKeys.CacheNegative, RemoteKeys.CacheLoginNegative, RemoteKeys.CacheStale,
        RemoteKeys.CacheRefresh, RemoteKeys.LoginRewriteTo, RemoteKeys.LoginDomains,
    ];

    public static void Warn(RemoteHostOptions host, TableReader table, ReadScope scope)
    {
        foreach (var endpoint in host.Address)
        {
            var port = endpoint.Port != 0 ? endpoint.Port : host.EffectivePort;
            if (endpoint.SocketPath is not null && host.Tls.Implicit && host.Protocol != RemoteProtocol.Imap)
            {
                WarnAt(RemoteTlsKeys.Implicit, "TLS from the first octet on a Unix socket, where hosts speak clear text: tls.implicit = false says so");
            }
            else if (endpoint.SocketPath is null && host.Tls.Implicit && port is 24 or 25 or 143 or 587)
            {
                WarnAt(RemoteTlsKeys.Implicit, string.Create(
                    CultureInfo.InvariantCulture,
                    $"TLS from the first octet on port {port}, where hosts begin in clear text: tls.implicit = false asks for STARTTLS"));
            }
            else if (endpoint.SocketPath is null && !host.Tls.Implicit && port is 465 or 993)
            {
                WarnAt(RemoteTlsKeys.Implicit, string.Create(
                    CultureInfo.InvariantCulture,
                    $"clear text on port {port}, where hosts speak TLS from the first octet: tls.implicit = true says so"));
            }
        }
        if (!host.Tls.Implicit && host.Tls.StartTls == StartTlsPolicy.Disable && host.Address.Any(IsAcrossNetwork))
            WarnAt(RemoteTlsKeys.StartTls, $"{(SaysSecrets(host) ? "logins go" : "mail goes")} over the network in clear text, for anyone on the way to read");
        if (host.Tls.Implicit && table.Find(RemoteTlsKeys.StartTls) is not null)
            WarnAt(RemoteTlsKeys.StartTls, "is of no effect beside tls.implicit, which is true: TLS begins with the first octet");
        if (!host.Lookup && OfLookups.FirstOrDefault(key => table.Find(key) is not null) is { } idle)
            WarnAt(idle, "is of no effect: nothing is asked of this host while lookup is false");
        if (host.Tls is { AllowInvalidCerts: true, Authorities: not null })
            WarnAt(RemoteTlsKeys.Ca, "is of no effect beside tls.allow-invalid-certs, which accepts any certificate");
        if (host.Tls is { AllowInvalidCerts: true, ServerName: not null })
            WarnAt(RemoteTlsKeys.ServerName, "is said to the host and not looked for in its certificate: tls.allow-invalid-certs accepts any");
        if (host.Cache.Refresh is { } refresh && refresh != TimeSpan.MaxValue
            && refresh >= host.Cache.Positive && host.Cache.Positive > TimeSpan.Zero)
            WarnAt(RemoteKeys.CacheRefresh, "nothing is ever asked again: no answer is older than cache.ttl.positive, after which it is gone");

        void WarnAt(KeyDescription key, string message)
        {
            if (table.Find(key) is { } node)
                scope.Findings.Warn(node, message);
            else
                scope.Findings.WarnMissing(table.Table, key.Name, message);
        }
    }

    static bool SaysSecrets(RemoteHostOptions host) => host.Auth is not null || (host.Lookup && host.Protocol == RemoteProtocol.Imap);

    static bool IsAcrossNetwork(RemoteEndpoint endpoint) =>
        endpoint.SocketPath is null
        && !endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !(IPAddress.TryParse(endpoint.Host, out var address) && IPAddress.IsLoopback(address));
}
