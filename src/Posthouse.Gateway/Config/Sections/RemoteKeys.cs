using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[remote.&lt;id&gt;]</c> (DIALECT §2).</summary>
static class RemoteKeys
{
    static readonly RemoteHostOptions Default = new() { Id = "", Address = "", Protocol = RemoteProtocol.Smtp };
    static readonly ConfigType<int> AtLeastOne = ConfigTypes.Count(1, int.MaxValue);

    public static readonly Key<RemoteAddress> Address = new("address", RemoteEndpointText.Type, "") { IsRequired = true };
    public static readonly Key<int> Port = new("port", ConfigTypes.Count(1, 65535), 0) { DefaultNote = "smtp 25, with implicit TLS 465; lmtp 24; imap 143, with implicit TLS 993" };
    public static readonly Key<RemoteProtocol?> Protocol = new("protocol", ConfigTypes.Choice<RemoteProtocol?>(
        ("smtp", RemoteProtocol.Smtp), ("lmtp", RemoteProtocol.Lmtp), ("imap", RemoteProtocol.Imap)), null) { IsRequired = true };
    public static readonly Key<int> Concurrency = new("concurrency", ConfigTypes.Count(1, 65535), Default.Concurrency);
    public static readonly Key<TimeSpan> Timeout = new("timeout", ConfigTypes.Deadline, Default.Timeout);
    public static readonly Key<bool> Lookup = new("lookup", ConfigTypes.Flag, Default.Lookup);

    public static readonly Key<string?> AuthUserName = new("auth.username", ConfigTypes.Text.Where("a user name", t => t.Length > 0).Select(t => (string?)t), null);
    public static readonly Key<string?> AuthSecret = new("auth.secret", ConfigTypes.Text.Select(t => (string?)t), null);

    public static readonly Key<int> LimitErrors = new("limits.errors", AtLeastOne, Default.Limits.Errors);
    public static readonly Key<int> LimitRequests = new("limits.requests", AtLeastOne, Default.Limits.Requests);
    public static readonly Key<TimeSpan> LimitIdle = new("limits.idle", ConfigTypes.Deadline, Default.Limits.Idle);
    public static readonly Key<TimeSpan> LimitAge = new("limits.age", ConfigTypes.Deadline, Default.Limits.Age);
    public static readonly Key<int> LimitWarm = new("limits.warm", ConfigTypes.Count(0, 65535), Default.Limits.Warm);

    public static readonly Key<int> CacheEntries = new("cache.entries", ConfigTypes.Count(0, 100_000_000), Default.Cache.Entries);
    public static readonly Key<TimeSpan> CachePositive = new("cache.ttl.positive", ConfigTypes.Duration, Default.Cache.Positive);
    public static readonly Key<TimeSpan> CacheNegative = new("cache.ttl.negative", ConfigTypes.Duration, Default.Cache.Negative);
    public static readonly Key<TimeSpan?> CacheLoginNegative = new("cache.ttl.login-negative", ConfigTypes.Duration.Select(d => (TimeSpan?)d), null)
        { DefaultNote = "the smaller of 1m and cache.ttl.negative" };
    public static readonly Key<TimeSpan> CacheStale = new("cache.stale", ConfigTypes.Duration.OrOff(TimeSpan.Zero), Default.Cache.Stale) { DefaultNote = "off" };
    public static readonly Key<TimeSpan?> CacheRefresh = new("cache.refresh", ConfigTypes.Age.Select(d => (TimeSpan?)d).OrOff(TimeSpan.MaxValue), null)
        { DefaultNote = "5m for logins, else 90% of the TTL" };

    public static readonly Key<TimeSpan?> TimeoutCommand = new("timeouts.command", ConfigTypes.Deadline.Select(d => (TimeSpan?)d), null)
        { DefaultNote = "1m for lookups, 5m for relay" };
    public static readonly Key<TimeSpan> TimeoutData = new("timeouts.data", ConfigTypes.Deadline, Default.Timeouts.Data);
    public static readonly Key<TimeSpan> TimeoutDot = new("timeouts.dot", ConfigTypes.Deadline, Default.Timeouts.Dot);

    public static readonly Key<LoginRewrite> LoginRewriteTo = new("login.rewrite", ConfigTypes.Choice(
        ("as-is", LoginRewrite.AsIs), ("lower", LoginRewrite.Lower), ("local-part", LoginRewrite.LocalPart)), Default.Login.Rewrite);
    public static readonly Key<IReadOnlyList<string>> LoginDomains = new("login.domains", ConfigTypes.HostName.Select(t => t.ToLowerInvariant()).ListOf(), []) { DefaultNote = "all" };
    public static readonly Key<ForwardClient> Forward = new("forward-client", ConfigTypes.Choice(
        ("xclient", ForwardClient.XClient), ("proxy-v2", ForwardClient.ProxyV2), ("imap-id", ForwardClient.ImapId)).OrOff(ForwardClient.Off), Default.ForwardClient);
    public static readonly Key<int> BreakerFailures = new("breaker.failures", AtLeastOne, Default.Breaker.Failures);
    public static readonly Key<TimeSpan> BreakerCooldown = new("breaker.cooldown", ConfigTypes.Deadline, Default.Breaker.Cooldown);

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
