using System.Globalization;
using System.Net;

namespace Posthouse.Remotes.Definition;

/// <summary>
/// One named external server, as its operator wrote it down. Immutable; two equal definitions are one host, so a reload keeps
/// the pool and the caches of a host whose definition did not change.
/// </summary>
public sealed record RemoteHostOptions
{
    /// <summary>The name it goes by in settings, logs and metrics; not blank, and unique in a registry.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is; a string is one name or IP literal. Names are resolved by the system's resolver at each connect.</summary>
    public required RemoteAddress Address { get; init; }

    /// <summary>
    /// TCP port of endpoints without one, up to 65535; 0 = the protocol's own (smtp 25, implicit TLS 465; lmtp 24; imap 143,
    /// implicit TLS 993).
    /// </summary>
    public int Port { get; init; }

    /// <summary>What the host speaks.</summary>
    public required RemoteProtocol Protocol { get; init; }

    /// <summary>
    /// Most open connections at any time, relay and lookups together, counted from connect to close; at least 1. It also bounds who waits: of
    /// logins, of checks and of messages each ten times what so many connections serve before they retire
    /// (<see cref="RemoteLimits.Requests"/>), but no fewer than 1,000 and no more than 100,000. Who comes then is refused at once.
    /// </summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>
    /// Time to establish a connection: resolve, connect, TLS, greeting, hello and own AUTH. A caller waits at most this long
    /// for a connection. Above zero, at most 24 days.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the host may be asked about logins, recipients and lists; false = every lookup is unavailable. Relay does not
    /// need it.
    /// </summary>
    public bool Lookup { get; init; }

    /// <summary>What to call ourselves in EHLO and LHLO: a domain or an address literal (RFC 5321 section 4.1.1.1).</summary>
    public string HelloName { get; init; } = "localhost";

    /// <summary>TLS toward the host.</summary>
    public RemoteTlsOptions Tls { get; init; } = new();

    /// <summary>Our own login there, before the first request; null = none. SMTP and LMTP only.</summary>
    public RemoteAuthOptions? Auth { get; init; }

    /// <summary>How long one connection may serve.</summary>
    public RemoteLimits Limits { get; init; } = new();

    /// <summary>What answers are kept, and how long.</summary>
    public RemoteCacheOptions Cache { get; init; } = new();

    /// <summary>Deadlines of the steps of a conversation.</summary>
    public RemoteTimeouts Timeouts { get; init; } = new();

    /// <summary>Whose logins it checks, and by what name.</summary>
    public RemoteLoginOptions Login { get; init; } = new();

    /// <summary>How it is told on whose behalf a login or a message comes.</summary>
    public ForwardClient ForwardClient { get; init; }

    /// <summary>
    /// Whether messages go by BDAT where the host offers CHUNKING (RFC 3030); false = always by DATA. A host that offers it and does not keep
    /// to it is noticed without.
    /// </summary>
    public bool Chunking { get; init; } = true;

    /// <summary>When it is left in peace.</summary>
    public RemoteBreakerOptions Breaker { get; init; } = new();

    /// <summary>The port of endpoints without one, defaults applied.</summary>
    public int EffectivePort => Port != 0 ? Port : (Protocol, Tls.Implicit) switch
    {
        (RemoteProtocol.Smtp, false) => 25,
        (RemoteProtocol.Smtp, true) => 465,
        (RemoteProtocol.Lmtp, _) => 24,
        (_, false) => 143,
        (_, true) => 993,
    };

    /// <summary>Most requests of one class that wait.</summary>
    internal int MostWaiting => (int)Math.Clamp(10.0 * Concurrency * Limits.Requests, 1_000, 100_000);

    /// <summary>The address of ours that connections come from; null = the system's choice.</summary>
    internal IPAddress? Source { get; init; }

    /// <summary>It is a host that DNS names for a domain and that no operator defined; <see cref="Id"/> is then its name.</summary>
    internal bool IsExchanger { get; init; }

    /// <summary>What stands before its endpoints in a message to the operator.</summary>
    internal string Place => IsExchanger ? Id : Name("address");

    internal string ProtocolName => Protocol switch { RemoteProtocol.Smtp => "smtp", RemoteProtocol.Lmtp => "lmtp", _ => "imap" };

    /// <summary>A setting and its value, for a message to the operator.</summary>
    internal string Name(string key, TimeSpan value) =>
        string.Create(CultureInfo.InvariantCulture, $"{Name(key)} ({value.TotalSeconds:0.###}s)");

    /// <summary>A setting, for a message to the operator.</summary>
    internal string Name(string key) =>
        !IsExchanger ? $"remote.{Id}.{key}"
        : key is "timeouts.command" or "timeouts.dot" ? "queue.outbound.timeouts.data"
        : key is "tls.starttls" || key.StartsWith("timeouts.", StringComparison.Ordinal) ? $"queue.outbound.{key}"
        : $"the {key} of {Id}";
}
