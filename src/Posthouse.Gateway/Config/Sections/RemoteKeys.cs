using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[remote.&lt;id&gt;]</c> (DIALECT §2).</summary>
static class RemoteKeys
{
    static readonly RemoteHostOptions Default = new() { Id = "", Address = "", Protocol = RemoteProtocol.Smtp };
    static readonly ConfigType<int> AtLeastOne = ConfigTypes.Count(1, int.MaxValue);

    public static readonly Key<RemoteAddress> Address = new("address", new ConfigType<RemoteAddress>("a host name or IP address", ReadAddress), "") { IsRequired = true };
    public static readonly Key<int> Port = new("port", ConfigTypes.Count(1, 65535), 0) { DefaultNote = "smtp 25, with implicit TLS 465; lmtp 24; imap 143, with implicit TLS 993" };
    public static readonly Key<RemoteProtocol?> Protocol = new("protocol", ConfigTypes.Choice<RemoteProtocol?>(
        ("smtp", RemoteProtocol.Smtp), ("lmtp", RemoteProtocol.Lmtp), ("imap", RemoteProtocol.Imap)), null) { IsRequired = true };
    public static readonly Key<int> Concurrency = new("concurrency", ConfigTypes.Count(1, 65535), Default.Concurrency);
    public static readonly Key<TimeSpan> Timeout = new("timeout", ConfigTypes.Deadline, Default.Timeout);
    public static readonly Key<bool> Lookup = new("lookup", ConfigTypes.Flag, Default.Lookup);

    public static readonly Key<bool> TlsImplicit = new("tls.implicit", ConfigTypes.Flag, Default.Tls.Implicit);
    public static readonly Key<bool> TlsAllowInvalidCerts = new("tls.allow-invalid-certs", ConfigTypes.Flag, Default.Tls.AllowInvalidCerts);
    public static readonly Key<StartTlsPolicy> TlsStartTls = new("tls.starttls", ConfigTypes.Choice(
        ("require", StartTlsPolicy.Require), ("optional", StartTlsPolicy.Optional), ("disable", StartTlsPolicy.Disable)).OrOff(StartTlsPolicy.Disable), Default.Tls.StartTls);

    public static readonly Key<string?> AuthUserName = new("auth.username", ConfigTypes.Text.Where("a user name", t => t.Length > 0).Select(t => (string?)t), null);
    public static readonly Key<string?> AuthSecret = new("auth.secret", ConfigTypes.Text.Select(t => (string?)t), null);

    public static readonly Key<int> LimitErrors = new("limits.errors", AtLeastOne, Default.Limits.Errors);
    public static readonly Key<int> LimitRequests = new("limits.requests", AtLeastOne, Default.Limits.Requests);
    public static readonly Key<TimeSpan> LimitIdle = new("limits.idle", ConfigTypes.Deadline, Default.Limits.Idle);
    public static readonly Key<TimeSpan> LimitAge = new("limits.age", ConfigTypes.Deadline, Default.Limits.Age);

    public static readonly Key<int> CacheEntries = new("cache.entries", ConfigTypes.Count(0, 100_000_000), Default.Cache.Entries);
    public static readonly Key<TimeSpan> CachePositive = new("cache.ttl.positive", ConfigTypes.Duration, Default.Cache.Positive);
    public static readonly Key<TimeSpan> CacheNegative = new("cache.ttl.negative", ConfigTypes.Duration, Default.Cache.Negative);
    public static readonly Key<TimeSpan?> CacheLoginNegative = new("cache.ttl.login-negative", ConfigTypes.Duration.Select(d => (TimeSpan?)d), null)
        { DefaultNote = "the smaller of 1m and cache.ttl.negative" };

    public static readonly Key<TimeSpan?> TimeoutCommand = new("timeouts.command", ConfigTypes.Deadline.Select(d => (TimeSpan?)d), null)
        { DefaultNote = "1m for lookups, 5m for relay" };
    public static readonly Key<TimeSpan> TimeoutData = new("timeouts.data", ConfigTypes.Deadline, Default.Timeouts.Data);
    public static readonly Key<TimeSpan> TimeoutDot = new("timeouts.dot", ConfigTypes.Deadline, Default.Timeouts.Dot);

    public static readonly Key<IReadOnlyList<string>> LoginDomains = new("login.domains", ConfigTypes.HostName.ListOf(), []) { IsActedOn = false, DefaultNote = "all" };

    public static TableShape Shape { get; } = new(
        "remote.*",
        Address, Port, Protocol, Concurrency, Timeout, Lookup,
        TlsImplicit, TlsAllowInvalidCerts, TlsStartTls,
        new Key<string?>("tls.ca", ConfigTypes.Text.Select(t => (string?)t), null) { IsActedOn = false },
        new Key<string?>("tls.server-name", ConfigTypes.HostName.Select(t => (string?)t), null) { IsActedOn = false },
        new Key<IReadOnlyList<string>>("tls.pin", ConfigTypes.Text.ListOf(), []) { IsActedOn = false },
        new Key<string?>("tls.certificate", ConfigTypes.Text.Select(t => (string?)t), null) { IsActedOn = false },
        AuthUserName, AuthSecret,
        LimitErrors, LimitRequests, LimitIdle, LimitAge,
        new Key<int>("limits.warm", ConfigTypes.Count(0, 65535), 0) { IsActedOn = false },
        CacheEntries, CachePositive, CacheNegative, CacheLoginNegative,
        new Key<TimeSpan>("cache.stale", ConfigTypes.Duration.OrOff(TimeSpan.Zero), TimeSpan.Zero) { IsActedOn = false, DefaultNote = "off" },
        new Key<TimeSpan?>("cache.refresh", ConfigTypes.Duration.Select(d => (TimeSpan?)d).OrOff(null), null) { IsActedOn = false, DefaultNote = "5m for logins, else 90% of the TTL" },
        TimeoutCommand, TimeoutData, TimeoutDot,
        new Key<string>("login.rewrite", ConfigTypes.Choice(("as-is", "as-is"), ("lower", "lower"), ("local-part", "local-part")), "as-is") { IsActedOn = false },
        LoginDomains,
        new Key<string?>("forward-client", ConfigTypes.Choice<string?>(("xclient", "xclient"), ("proxy-v2", "proxy-v2"), ("imap-id", "imap-id")).OrOff(null), null) { IsActedOn = false },
        new Key<int>("breaker.failures", AtLeastOne, 5) { IsActedOn = false },
        new Key<TimeSpan>("breaker.cooldown", ConfigTypes.Deadline, TimeSpan.FromSeconds(10)) { IsActedOn = false });

    static bool ReadAddress(TomlNode node, ReadScope scope, out RemoteAddress value)
    {
        value = "";
        if (node is TomlArray)
        {
            scope.Findings.Error(node, "several endpoints of one host are not acted on yet: name one");
            return false;
        }
        if (!ConfigTypes.Text.TryRead(node, scope, out var text))
            return false;
        if (text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            scope.Findings.Error(node, "a Unix socket is not acted on yet: name a host");
            return false;
        }
        if (HostText.TryParseHost(text, out var host))
        {
            value = host;
            return true;
        }
        return scope.Expected(node, Address.TypeName, text.Contains(':', StringComparison.Ordinal) ? "; a port goes into the key port" : "");
    }
}
