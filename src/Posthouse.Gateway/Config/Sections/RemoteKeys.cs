using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[remote.&lt;id&gt;]</c> (DIALECT §2).</summary>
static class RemoteKeys
{
    static readonly RemoteHostOptions Default = new() { Id = "", Address = "", Protocol = RemoteProtocol.Smtp };
    static readonly ConfigType<int> AtLeastOne = ConfigTypes.Count(1, int.MaxValue);

    public static readonly Key<RemoteAddress> Address = new("address", "The name or IP address of the host, or unix:/path; a list of host or host:port is several endpoints of one host.", RemoteEndpointText.Type, "") { IsRequired = true };
    public static readonly Key<int> Port = new("port", "The port of every endpoint that does not name its own.", ConfigTypes.Count(1, 65535), 0) { DefaultNote = "smtp 25, with implicit TLS 465; lmtp 24; imap 143, with implicit TLS 993" };
    public static readonly Key<RemoteProtocol?> Protocol = new("protocol", "What the host speaks.", ConfigTypes.Choice<RemoteProtocol?>(
        ("smtp", RemoteProtocol.Smtp), ("lmtp", RemoteProtocol.Lmtp), ("imap", RemoteProtocol.Imap)), null) { IsRequired = true };
    public static readonly Key<int> Concurrency = new("concurrency", "The most connections that are open to this host at a time, for lookups and mail together.", ConfigTypes.Count(1, 65535), Default.Concurrency);
    public static readonly Key<TimeSpan> Timeout = new("timeout", "How long a connection may take until it is ready: name, TCP, TLS, greeting, EHLO and own login.", ConfigTypes.Deadline, Default.Timeout);
    public static readonly Key<bool> Lookup = new("lookup", "Whether this host may be asked about logins and recipients, as remote/<id>.", ConfigTypes.Flag, Default.Lookup);

    public static readonly Key<string?> AuthUserName = new("auth.username", "The name to log in with at this SMTP or LMTP host before the first request.", ConfigTypes.Text.Where("a user name", t => t.Length > 0).Select(t => (string?)t), null);
    public static readonly Key<string?> AuthSecret = new("auth.secret", "The secret that goes with auth.username.", ConfigTypes.Text.Select(t => (string?)t), null);

    public static readonly Key<int> LimitErrors = new("limits.errors", "After how many refusals, a plain no included, a connection is retired.", AtLeastOne, Default.Limits.Errors);
    public static readonly Key<int> LimitRequests = new("limits.requests", "After how many requests a connection is retired.", AtLeastOne, Default.Limits.Requests);
    public static readonly Key<TimeSpan> LimitIdle = new("limits.idle", "How long a connection may stay unused.", ConfigTypes.Deadline, Default.Limits.Idle);
    public static readonly Key<TimeSpan> LimitAge = new("limits.age", "How long a connection may live.", ConfigTypes.Deadline, Default.Limits.Age);
    public static readonly Key<int> LimitWarm = new("limits.warm", "How many connections are kept ready.", ConfigTypes.Count(0, 65535), Default.Limits.Warm);

    public static readonly Key<int> CacheEntries = new("cache.entries", "How many answers are kept, of yes and of no each; 0 keeps none.", ConfigTypes.Count(0, 100_000_000), Default.Cache.Entries);
    public static readonly Key<TimeSpan> CachePositive = new("cache.ttl.positive", "How long a yes is kept.", ConfigTypes.Duration, Default.Cache.Positive);
    public static readonly Key<TimeSpan> CacheNegative = new("cache.ttl.negative", "How long a no is kept.", ConfigTypes.Duration, Default.Cache.Negative);
    public static readonly Key<TimeSpan?> CacheLoginNegative = new("cache.ttl.login-negative", "How long a refused login with its secret is kept.", ConfigTypes.Duration.Select(d => (TimeSpan?)d), null)
        { DefaultNote = "the smaller of 1m and cache.ttl.negative" };
    public static readonly Key<TimeSpan> CacheStale = new("cache.stale", "How long past its time a yes may still be used while the host cannot be reached.", ConfigTypes.Duration.OrOff(TimeSpan.Zero), Default.Cache.Stale) { DefaultNote = "off" };
    public static readonly Key<TimeSpan?> CacheRefresh = new("cache.refresh", "From which age on a kept yes is asked again in the background when it is used.", ConfigTypes.Age.Select(d => (TimeSpan?)d).OrOff(TimeSpan.MaxValue), null)
        { DefaultNote = "5m for logins, else 90% of the TTL" };

    public static readonly Key<TimeSpan?> TimeoutCommand = new("timeouts.command", "How long to wait for each reply.", ConfigTypes.Deadline.Select(d => (TimeSpan?)d), null)
        { DefaultNote = "1m for lookups, 5m for relay" };
    public static readonly Key<TimeSpan> TimeoutData = new("timeouts.data", "How long sending one block of a message may take.", ConfigTypes.Deadline, Default.Timeouts.Data);
    public static readonly Key<TimeSpan> TimeoutDot = new("timeouts.dot", "How long to wait for the reply to the whole message.", ConfigTypes.Deadline, Default.Timeouts.Dot);

    public static readonly Key<LoginRewrite> LoginRewriteTo = new("login.rewrite", "How a login is changed before this host sees it.", ConfigTypes.Choice(
        ("as-is", LoginRewrite.AsIs), ("lower", LoginRewrite.Lower), ("local-part", LoginRewrite.LocalPart)), Default.Login.Rewrite);
    public static readonly Key<IReadOnlyList<string>> LoginDomains = new("login.domains", "The domains whose logins this host may see.", ConfigTypes.HostName.Select(t => t.ToLowerInvariant()).ListOf(), []) { DefaultNote = "all" };
    public static readonly Key<ForwardClient> Forward = new("forward-client", "How the host is told of the client behind a login or a message; recipient checks never tell it.", ConfigTypes.Choice(
        ("xclient", ForwardClient.XClient), ("proxy-v2", ForwardClient.ProxyV2), ("imap-id", ForwardClient.ImapId)).OrOff(ForwardClient.Off), Default.ForwardClient);
    public static readonly Key<int> BreakerFailures = new("breaker.failures", "After how many failed connections in a row the host counts as down.", AtLeastOne, Default.Breaker.Failures);
    public static readonly Key<TimeSpan> BreakerCooldown = new("breaker.cooldown", "How long a host that counts as down is left alone before one connection is tried.", ConfigTypes.Deadline, Default.Breaker.Cooldown);

    public static TableShape Shape { get; } = new(
        "remote.*",
        [
            Address, Port, Protocol, Concurrency, Timeout, Lookup,
            .. RemoteTlsKeys.All,
            AuthUserName, AuthSecret,
            LimitErrors, LimitRequests, LimitIdle, LimitAge, LimitWarm,
            CacheEntries, CachePositive, CacheNegative, CacheLoginNegative, CacheStale, CacheRefresh,
            TimeoutCommand, TimeoutData, TimeoutDot,
            LoginRewriteTo, LoginDomains, Forward,
            BreakerFailures, BreakerCooldown,
        ]);
}
