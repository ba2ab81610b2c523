using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[remote.&lt;id&gt;]</c>.</summary>
static class RemoteSection
{
    public static IReadOnlyList<RemoteHostOptions> ReadAll(TomlTable root, string helloName, ReadScope scope)
    {
        var remotes = new List<RemoteHostOptions>();
        foreach (var (id, table) in TablesById.Of(root, "remote"))
            remotes.Add(Read(id, new TableReader(table, scope), helloName, scope));
        return remotes;
    }

    /// <summary>A definition with faults still counts as one, so that what names it is not reported too.</summary>
    static RemoteHostOptions Read(string id, TableReader table, string helloName, ReadScope scope)
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
            Tls = ReadTls(table, scope),
            Auth = ReadAuth(table, protocol, scope),
            Limits = new RemoteLimits
            {
                Errors = table.Read(RemoteKeys.LimitErrors),
                Requests = table.Read(RemoteKeys.LimitRequests),
                Idle = table.Read(RemoteKeys.LimitIdle),
                Age = table.Read(RemoteKeys.LimitAge),
            },
            Cache = new RemoteCacheOptions
            {
                Entries = table.Read(RemoteKeys.CacheEntries),
                Positive = table.Read(RemoteKeys.CachePositive),
                Negative = table.Read(RemoteKeys.CacheNegative),
                LoginNegative = table.Read(RemoteKeys.CacheLoginNegative),
            },
            Timeouts = new RemoteTimeouts
            {
                Command = table.Read(RemoteKeys.TimeoutCommand),
                Data = table.Read(RemoteKeys.TimeoutData),
                Dot = table.Read(RemoteKeys.TimeoutDot),
            },
        };
        scope.Names.Remotes[id] = new NamedRemote(protocol, options.Lookup, table.Find(RemoteKeys.LoginDomains) is not null);
        return options;
    }

    static RemoteTlsOptions ReadTls(TableReader table, ReadScope scope)
    {
        var tls = new RemoteTlsOptions
        {
            Implicit = table.Read(RemoteKeys.TlsImplicit),
            AllowInvalidCerts = table.Read(RemoteKeys.TlsAllowInvalidCerts),
            StartTls = table.Read(RemoteKeys.TlsStartTls),
        };
        if (tls.AllowInvalidCerts && table.Find(RemoteKeys.TlsAllowInvalidCerts) is { } node)
            scope.Findings.Warn(node, "accepts any certificate, so anyone on the way can pose as this host and read what is sent to it");
        return tls;
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
