using System.Globalization;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[remote.&lt;id&gt;]</c>.</summary>
static class RemoteSection
{
    public static IReadOnlyList<RemoteHostOptions> ReadAll(
        TomlTable root, string helloName, IReadOnlyDictionary<string, CertificateModel?> certificates, ReadScope scope)
    {
        var tls = new RemoteTlsSection(certificates, scope);
        var remotes = new List<RemoteHostOptions>();
        foreach (var (id, table) in TablesById.Of(root, "remote"))
        {
            // In next-hop it would be taken for no remote at all.
            if (string.IsNullOrWhiteSpace(id) || ConfigTypeCombining.IsOff(id))
                scope.Findings.ErrorAtKey(table, $"{ConfigFindings.Quoted(id)} cannot be the name of a remote: a setting takes it for none");
            if (MxHopName.TryGetDomain(id, out _))
                scope.Findings.ErrorAtKey(table, $"{ConfigFindings.Quoted(id)} is what a domain's mail exchangers are called: a remote needs another name");
            remotes.Add(Read(id, new TableReader(table, scope), helloName, tls, scope));
        }
        return remotes;
    }

    /// <summary>A definition with faults still counts as one, so that what names it is not reported too.</summary>
    static RemoteHostOptions Read(string id, TableReader table, string helloName, RemoteTlsSection tls, ReadScope scope)
    {
        var protocol = table.Read(RemoteKeys.Protocol);
        var options = new RemoteHostOptions
        {
            Id = id,
            Address = table.Read(RemoteKeys.Address),
            Port = table.Read(RemoteKeys.Port),
            Protocol = protocol ?? RemoteProtocol.Smtp,
            Concurrency = table.Read(RemoteKeys.Concurrency),
            Timeout = table.Read(RemoteKeys.Timeout),
            Lookup = table.Read(RemoteKeys.Lookup),
            HelloName = helloName,
            Tls = tls.Read(table),
            Auth = ReadAuth(table, protocol, scope),
            Limits = new RemoteLimits
            {
                Errors = table.Read(RemoteKeys.LimitErrors),
                Requests = table.Read(RemoteKeys.LimitRequests),
                Idle = table.Read(RemoteKeys.LimitIdle),
                Age = table.Read(RemoteKeys.LimitAge),
                Warm = table.Read(RemoteKeys.LimitWarm),
            },
            Cache = new RemoteCacheOptions
            {
                Entries = table.Read(RemoteKeys.CacheEntries),
                Positive = table.Read(RemoteKeys.CachePositive),
                Negative = table.Read(RemoteKeys.CacheNegative),
                LoginNegative = table.Read(RemoteKeys.CacheLoginNegative),
                Stale = table.Read(RemoteKeys.CacheStale),
                Refresh = table.Read(RemoteKeys.CacheRefresh),
            },
            Timeouts = new RemoteTimeouts
            {
                Command = table.Read(RemoteKeys.TimeoutCommand),
                Data = table.Read(RemoteKeys.TimeoutData),
                Dot = table.Read(RemoteKeys.TimeoutDot),
            },
            Login = new RemoteLoginOptions
            {
                Rewrite = table.Read(RemoteKeys.LoginRewriteTo),
                Domains = [.. table.Read(RemoteKeys.LoginDomains)],
            },
            ForwardClient = table.Read(RemoteKeys.Forward),
            Breaker = new RemoteBreakerOptions
            {
                Failures = table.Read(RemoteKeys.BreakerFailures),
                Cooldown = table.Read(RemoteKeys.BreakerCooldown),
            },
        };
        CheckAddress(options, table, protocol, scope);
        CheckForwardClient(options, table, protocol, scope);
        if (options.Limits.Warm > options.Concurrency)
            scope.Findings.Error(table.Find(RemoteKeys.LimitWarm)!, string.Create(CultureInfo.InvariantCulture, $"is more than concurrency, which is {options.Concurrency}"));
        if (protocol is not null && options.Address != RemoteKeys.Address.Fallback)
            RemoteTraps.Warn(options, table, scope);
        scope.Names.Remotes[id] = new NamedRemote(protocol, options.Lookup, options.Login.Domains.Count > 0);
        return options;
    }

    static void CheckAddress(RemoteHostOptions host, TableReader table, RemoteProtocol? protocol, ReadScope scope)
    {
        if (table.Find(RemoteKeys.Address) is not { } node)
            return;
        var nodes = RemoteEndpointText.NodesOf(node);
        var known = new HashSet<(string, int)>();
        for (var i = 0; i < host.Address.Count && host.Address.Count == nodes.Count; i++)
        {
            var endpoint = host.Address[i];
            if (endpoint.SocketPath is not null && protocol == RemoteProtocol.Imap)
                scope.Findings.Error(nodes[i], "a Unix socket serves smtp and lmtp, not imap");
            var place = endpoint.SocketPath is { } path ? (path, 0) : (endpoint.Host.ToLowerInvariant(), endpoint.Port != 0 ? endpoint.Port : host.EffectivePort);
            if (!known.Add(place))
                scope.Findings.Error(nodes[i], "is the same endpoint as one before it");
        }
    }

    static void CheckForwardClient(RemoteHostOptions host, TableReader table, RemoteProtocol? protocol, ReadScope scope)
    {
        var isImap = protocol == RemoteProtocol.Imap;
        var message = (host.ForwardClient, isImap) switch
        {
            (ForwardClient.XClient, true) => "xclient is of smtp and lmtp; an imap host may take imap-id or proxy-v2",
            (ForwardClient.ImapId, false) => "imap-id is of imap; this host may take xclient or proxy-v2",
            _ => null,
        };
        if (message is not null && protocol is not null)
            scope.Findings.Error(table.Find(RemoteKeys.Forward)!, message);
    }

    static RemoteAuthOptions? ReadAuth(TableReader table, RemoteProtocol? protocol, ReadScope scope)
    {
        var userNode = table.Find(RemoteKeys.AuthUserName);
        var secretNode = table.Find(RemoteKeys.AuthSecret);
        var user = table.Read(RemoteKeys.AuthUserName);
        var secret = table.Read(RemoteKeys.AuthSecret);
        if (protocol == RemoteProtocol.Imap && (userNode ?? secretNode) is { } node)
            scope.Findings.ErrorAtKey(node, "IMAP hosts are asked about users' logins only, they take no login of our own");
        else if (userNode is null != secretNode is null)
            scope.Findings.ErrorAtKey((userNode ?? secretNode)!, userNode is null ? "needs auth.username beside it" : "needs auth.secret beside it");
        return user is null || secret is null ? null : new RemoteAuthOptions(user, secret);
    }
}
