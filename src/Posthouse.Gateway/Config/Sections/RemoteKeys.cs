using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[remote.&lt;id&gt;]</c> (DIALECT §2).</summary>
static class RemoteKeys
{
    static readonly RemoteHostOptions Default = new() { Id = "", Address = "", Protocol = RemoteProtocol.Smtp };
    static readonly ConfigType<int> AtLeastOne = ConfigTypes.Count(1, int.MaxValue);

    public static readonly Key<RemoteAddress> Address = new(
        "address",
        "The host: a name, which the system resolves, /etc/hosts included, an IP address, or unix:/path for LMTP and SMTP. A "
        + "list of host or host:port is several endpoints of one host, which hold the same mailboxes: one that cannot be reached "
        + "is passed over.",
        RemoteEndpointText.Type,
        "") { IsRequired = true, Example = "\"mail.example.org\"" };
    public static readonly Key<int> Port = new(
        "port",
        "The port of every endpoint that does not name its own.",
        ConfigTypes.Count(1, 65535),
        0) { DefaultNote = "smtp 25, with implicit TLS 465; lmtp 24; imap 143, with implicit TLS 993", Example = "2525" };
    public static readonly Key<RemoteProtocol?> Protocol = new(
        "protocol",
        "What the host speaks, and so what it can be asked: smtp and lmtp take mail and know logins and recipients; imap knows "
        + "logins only.",
        ConfigTypes.Choice<RemoteProtocol?>(("smtp", RemoteProtocol.Smtp), ("lmtp", RemoteProtocol.Lmtp), ("imap", RemoteProtocol.Imap)),
        null) { IsRequired = true, Example = "\"lmtp\"" };
    public static readonly Key<int> Concurrency = new(
        "concurrency",
        "The most connections that are open to this host at a time, counted from connect to close, for logins, checks and mail "
        + "together. A fifth is kept for each of the three while it waits, so that none starves the others; below 5 they take "
        + "turns.",
        ConfigTypes.Count(1, 65535),
        Default.Concurrency) { Example = "20" };
    public static readonly Key<TimeSpan> Timeout = new(
        "timeout",
        "How long a connection may take until it is ready: name, TCP, TLS, greeting, EHLO and own login. Whoever asks waits no "
        + "longer for one, the wait for a free one included.",
        ConfigTypes.Deadline,
        Default.Timeout);
    public static readonly Key<bool> Lookup = new(
        "lookup",
        "Whether this host may be asked about logins and recipients, as remote/<id>; a host that only takes mail needs no such "
        + "right.",
        ConfigTypes.Flag,
        Default.Lookup);

    public static readonly Key<string?> AuthUserName = new(
        "auth.username",
        "The name to log in with at this SMTP or LMTP host before the first request, checks included, by SCRAM-SHA-256, PLAIN, "
        + "LOGIN or CRAM-MD5 in this order. A host that offers none of them is unavailable. IMAP has no such login.",
        ConfigTypes.Text.Where("a user name", t => t.Length > 0).Select(t => (string?)t),
        null) { Example = "\"gateway\"" };
    public static readonly Key<string?> AuthSecret = new(
        "auth.secret",
        "The secret that goes with auth.username; better in a file or the environment than here.",
        ConfigTypes.Text.Select(t => (string?)t),
        null) { IsSecret = true, Example = "\"%{env:SMARTHOST_SECRET}%\"" };

    public static readonly Key<int> LimitErrors = new(
        "limits.errors",
        "After how many refusals (4xx, 5xx, NO or BAD, a plain no to a lookup included) a connection is retired, since many "
        + "hosts punish whoever collects them.",
        AtLeastOne,
        Default.Limits.Errors) { Example = "10" };
    public static readonly Key<int> LimitRequests = new(
        "limits.requests",
        "After how many requests a connection is retired in good order. A login, a check of one recipient, a VRFY, an EXPN and a "
        + "message count one each.",
        AtLeastOne,
        Default.Limits.Requests) { Example = "100" };
    public static readonly Key<TimeSpan> LimitIdle = new(
        "limits.idle",
        "How long a connection is kept unused; less than after what time the host itself would close it.",
        ConfigTypes.Deadline,
        Default.Limits.Idle);
    public static readonly Key<TimeSpan> LimitAge = new(
        "limits.age",
        "How long a connection may live however busy it is, so that a change in DNS or behind a balancer is followed.",
        ConfigTypes.Deadline,
        Default.Limits.Age) { Example = "\"10m\"" };
    public static readonly Key<int> LimitWarm = new(
        "limits.warm",
        "How many unused connections are kept ready, so that a request after a quiet time need not wait for one; they count "
        + "against concurrency.",
        ConfigTypes.Count(0, 65535),
        Default.Limits.Warm) { Example = "2" };

    public static readonly Key<int> CacheEntries = new(
        "cache.entries",
        "How many answers are kept, of yes and of no each; of more, the one unused for longest goes. 0 turns both caches off.",
        ConfigTypes.Count(0, 100_000_000),
        Default.Cache.Entries) { Example = "100000" };
    public static readonly Key<TimeSpan> CachePositive = new(
        "cache.ttl.positive",
        "How long a yes is kept; 0 keeps none. cache.refresh has it asked again well before.",
        ConfigTypes.Duration,
        Default.Cache.Positive) { Example = "\"12h\"" };
    public static readonly Key<TimeSpan> CacheNegative = new(
        "cache.ttl.negative",
        "How long a no is kept, that is, how long a new mailbox may go unnoticed by whoever has asked for it before; 0 keeps "
        + "none.",
        ConfigTypes.Duration,
        Default.Cache.Negative) { Example = "\"10m\"" };
    public static readonly Key<TimeSpan?> CacheLoginNegative = new(
        "cache.ttl.login-negative",
        "How long a refused login is kept, for this user and this secret only; after an IMAP NO without a code 30s at most, "
        + "since old servers say that in an outage too.",
        ConfigTypes.Duration.Select(d => (TimeSpan?)d),
        null) { DefaultNote = "the smaller of 1m and cache.ttl.negative" };
    public static readonly Key<TimeSpan> CacheStale = new(
        "cache.stale",
        "How long past its time a yes may still be used, and only while the host cannot be reached; without it an outage of the "
        + "host is one of logins and recipients as well.",
        ConfigTypes.Duration.OrOff(TimeSpan.Zero),
        Default.Cache.Stale) { Example = "\"4h\"" };
    public static readonly Key<TimeSpan?> CacheRefresh = new(
        "cache.refresh",
        "From which age on a kept yes is asked again in the background when it is used: a no evicts it at once, so that an old "
        + "password works at most once more; an outage changes nothing.",
        ConfigTypes.Age.Select(d => (TimeSpan?)d).OrOff(TimeSpan.MaxValue),
        null) { DefaultNote = "5m for logins, else 90% of cache.ttl.positive", Example = "\"5m\"" };

    public static readonly Key<TimeSpan?> TimeoutCommand = new(
        "timeouts.command",
        "How long to wait for each reply to a command; what is written here holds for lookups and mail alike.",
        ConfigTypes.Deadline.Select(d => (TimeSpan?)d),
        null) { DefaultNote = "1m for lookups, 5m for relay" };
    public static readonly Key<TimeSpan> TimeoutData = new(
        "timeouts.data",
        "How long the host may take to accept one block of a message.",
        ConfigTypes.Deadline,
        Default.Timeouts.Data) { Example = "\"1m\"" };
    public static readonly Key<TimeSpan> TimeoutDot = new(
        "timeouts.dot",
        "How long to wait for the reply to the whole message. Too short a time makes second copies: the host may have taken what "
        + "is then sent again (RFC 5321 section 4.5.3.2.6 asks for 10 minutes).",
        ConfigTypes.Deadline,
        Default.Timeouts.Dot) { Example = "\"10m\"" };

    public static readonly Key<LoginRewrite> LoginRewriteTo = new(
        "login.rewrite",
        "How a login is changed before this host sees it: as-is not at all, lower to lower case, local-part to what stands "
        + "before the @.",
        ConfigTypes.Choice(("as-is", LoginRewrite.AsIs), ("lower", LoginRewrite.Lower), ("local-part", LoginRewrite.LocalPart)),
        Default.Login.Rewrite);
    public static readonly Key<IReadOnlyList<string>> LoginDomains = new(
        "login.domains",
        "The domains whose logins this host may see; any other login is a no without asking. Needed where a ladder of lookups "
        + "names several remotes, or a password would be shown to the wrong host.",
        ConfigTypes.HostName.Select(t => t.ToLowerInvariant()).ListOf(),
        []) { DefaultNote = "all", Example = "[\"example.org\", \"example.net\"]" };
    public static readonly Key<ForwardClient> Forward = new(
        "forward-client",
        "How the host is told of the client behind a login or a message; recipient checks never tell it. xclient needs a host "
        + "that trusts this gateway; connections that begin with proxy-v2 serve one client and are not kept; imap-id is for IMAP.",
        ConfigTypes.Choice(("xclient", ForwardClient.XClient), ("proxy-v2", ForwardClient.ProxyV2), ("imap-id", ForwardClient.ImapId))
            .OrOff(ForwardClient.Off),
        Default.ForwardClient) { Example = "\"xclient\"" };
    public static readonly Key<int> BreakerFailures = new(
        "breaker.failures",
        "After how many failed connections in a row the host counts as down: whoever asks is told so at once and does not wait "
        + "for the timeout.",
        AtLeastOne,
        Default.Breaker.Failures);
    public static readonly Key<TimeSpan> BreakerCooldown = new(
        "breaker.cooldown",
        "How long a host that counts as down is left alone before one connection is tried, and again after each that fails.",
        ConfigTypes.Deadline,
        Default.Breaker.Cooldown);

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
