using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Model;

/// <summary><c>[session]</c>.</summary>
public sealed record SessionModel
{
    public Setting<TimeSpan> Timeout { get; init; } = TimeSpan.FromMinutes(5);
    public Setting<TimeSpan> Duration { get; init; } = TimeSpan.FromMinutes(15);
    public Setting<long> TransferLimit { get; init; } = 250L * 1024 * 1024;

    /// <summary>Sessions from one address; 0 = no bound. Never applied to loopback.</summary>
    public int PerIpLimit { get; init; }

    public EhloModel Ehlo { get; init; } = new();
    public ExtensionsModel Extensions { get; init; } = new();
    public AuthModel Auth { get; init; } = new();
    public RcptModel Rcpt { get; init; } = new();
    public DataModel Data { get; init; } = new();

    /// <summary><c>[[session.throttle]]</c>.</summary>
    internal SessionThrottleModel Throttles { get; init; } = new();
}

/// <summary><c>[session.ehlo]</c>.</summary>
public sealed record EhloModel
{
    public Setting<bool> Require { get; init; } = true;

    /// <summary>Null = true except for loopback clients.</summary>
    public Setting<bool>? RejectNonFqdn { get; init; }
}

/// <summary><c>[session.extensions]</c>.</summary>
public sealed record ExtensionsModel
{
    public Setting<bool> Pipelining { get; init; } = true;
    public Setting<bool> Chunking { get; init; } = true;
    public Setting<bool> Dsn { get; init; } = true;

    /// <summary>Offered over TLS alone.</summary>
    public Setting<bool> RequireTls { get; init; } = false;
}

/// <summary><c>[session.auth]</c>.</summary>
public sealed record AuthModel
{
    /// <summary>In upper case: PLAIN, LOGIN, OAUTHBEARER, XOAUTH2.</summary>
    public Setting<IReadOnlyList<string>> Mechanisms { get; init; } = Setting<IReadOnlyList<string>>.Of([]);
    public Setting<LookupLadder> Lookup { get; init; } = LookupLadder.None;
    public Setting<bool> Require { get; init; } = false;

    /// <summary>Offers AUTH without TLS, to loopback clients alone.</summary>
    public Setting<bool> AllowPlainText { get; init; } = false;
    public Setting<bool> MustMatchSender { get; init; } = false;
    public Setting<int> ErrorsTotal { get; init; } = 3;
    public Setting<TimeSpan> ErrorsWait { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary><c>[session.rcpt]</c>.</summary>
public sealed record RcptModel
{
    public Setting<bool> Relay { get; init; } = false;
    public Setting<int> MaxRecipients { get; init; } = 100;

    /// <summary>What EHLO announces of it; null = itself.</summary>
    public Setting<int>? AnnouncedRecipients { get; init; }
    public Setting<LookupLadder> Domains { get; init; } = LookupLadder.None;
    public Setting<LookupLadder> Addresses { get; init; } = LookupLadder.None;
    public Setting<LookupLadder> Vrfy { get; init; } = LookupLadder.None;
    public Setting<LookupLadder> Expn { get; init; } = LookupLadder.None;
    public Setting<int> ErrorsTotal { get; init; } = 5;
    public Setting<TimeSpan> ErrorsWait { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary><c>[session.data]</c>.</summary>
public sealed record DataModel
{
    /// <summary>Messages in one session.</summary>
    public Setting<int> MaxMessages { get; init; } = 10;

    /// <summary>What EHLO announces of it; null = itself.</summary>
    public Setting<int>? AnnouncedMessages { get; init; }

    /// <summary>Octets in one message.</summary>
    public Setting<long> MaxSize { get; init; } = 25L * 1024 * 1024;

    /// <summary>What EHLO announces of it; null = itself.</summary>
    public Setting<long>? AnnouncedSize { get; init; }
    public Setting<int> MaxReceivedHeaders { get; init; } = 50;
    public Setting<bool> AddReceived { get; init; } = true;

    /// <summary>Null = for authenticated senders.</summary>
    public Setting<bool>? AddMessageId { get; init; }

    /// <summary>Null = for authenticated senders.</summary>
    public Setting<bool>? AddDate { get; init; }
    public Setting<bool> AddReturnPath { get; init; } = false;
}
