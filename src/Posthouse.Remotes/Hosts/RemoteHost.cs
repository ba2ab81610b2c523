using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Lookups;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Probing;
using Posthouse.Remotes.Relaying;
using Posthouse.Remotes.Smtp;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Hosts;

/// <summary>A live remote host: its pool, its caches and the questions it can be asked. Safe for concurrent use.</summary>
public sealed class RemoteHost : IAsyncDisposable
{
    readonly AnswerCache _cache;
    readonly HostLookups _lookups;
    readonly IConnectionPool _pool;
    readonly MailRelay? _relay;
    readonly ConnectionPool<SmtpConnection>? _mailPool;
    readonly LiveRelayServices _liveServices;
    readonly Breaker _breaker;
    readonly RemoteMetrics _allMetrics;
    readonly HostMetrics _metrics;
    readonly Func<RemoteHostSnapshot> _snapshot;
    readonly Action<Mailbox> _proved;
    readonly HostProbe _probe;
    readonly CancellationTokenSource _closing = new();
    int _liveRelays;

    /// <summary>
    /// Makes a host; nothing is connected until the first request, unless <see cref="RemoteLimits.Warm"/> says otherwise.
    /// </summary>
    /// <exception cref="ArgumentException">The definition is not valid; the message names each property and what it must be.</exception>
    public RemoteHost(RemoteHostOptions options, RemoteHostServices? services = null)
        : this(options, services ?? new RemoteHostServices(), new ConnectionSlots(), null)
    {
    }

    /// <param name="options">The definition.</param>
    /// <param name="services">The surroundings.</param>
    /// <param name="slots">The host's connections, shared with the host that this one takes over from.</param>
    /// <param name="proved">Told of an address that a login or a delivery has shown to exist; null = this host alone is.</param>
    internal RemoteHost(RemoteHostOptions options, RemoteHostServices services, ConnectionSlots slots, Action<Mailbox>? proved)
    {
        options.ThrowIfInvalid();
        Options = options;
        var time = services.Time;
        var logger = services.Loggers.CreateLogger("Posthouse.Remotes");
        var unavailable = new UnavailableLog(options.Id, time, logger);
        var dialler = services.Dialler ?? new SystemDialler(time);
        _allMetrics = RemoteMetrics.Of(services.Meters);
        _metrics = new HostMetrics(options.Id, _allMetrics);
        _breaker = new Breaker(options, time, logger);
        _cache = new AnswerCache(options.Cache, time);
        _proved = proved ?? ForgetNo;
        _probe = new HostProbe(options, dialler, time, logger);
        if (options.Tls.AllowInvalidCerts && services.WarnsOfAnyCertificate)
            RemoteLog.AnyCertificate(logger, options.Id);

        var pooling = new PoolServices(time, logger, slots, _breaker, _metrics);
        IHostQuestions questions;
        if (options.Protocol == RemoteProtocol.Imap)
        {
            var establishment = new ImapEstablishment(options, dialler, time, logger);
            var pool = new ConnectionPool<ImapConnection>(
                options, (_, client, within, deadline) => establishment.EstablishAsync(client, within, deadline), pooling);
            questions = new ImapQuestions(options, pool);
            _pool = pool;
        }
        else
        {
            var establishment = new SmtpEstablishment(options, dialler, time, logger);
            var pool = new ConnectionPool<SmtpConnection>(options, establishment.EstablishAsync, pooling);
            questions = new SmtpQuestions(options, pool, time);
            _relay = new MailRelay(pool, unavailable);
            _mailPool = pool;
            _pool = pool;
        }
        _liveServices = new LiveRelayServices(
            _cache, options.ForwardClient != ForwardClient.Off, unavailable, _metrics, _proved, reason => RemoteLog.AskedAfresh(logger, options.Id, reason),
            () => Interlocked.Decrement(ref _liveRelays), time, _closing.Token);
        var desk = new LookupDesk(options, _cache, unavailable, new StaleLog(options.Id, time, logger), _metrics, time);
        _lookups = new HostLookups(options, questions, desk, _proved);
        _allMetrics.Add(_snapshot = Snapshot);
    }

    /// <summary>The definition.</summary>
    public RemoteHostOptions Options { get; }

    /// <summary>
    /// Checks a login: AUTH (RFC 4954), or AUTHENTICATE or LOGIN (RFC 9051 section 6.2). A bearer token goes by OAUTHBEARER (RFC 7628)
    /// or XOAUTH2 and nothing else, and a yes to it is not kept beyond its own expiry where it tells that (a JWT's <c>exp</c>). The
    /// credentials stay the caller's; none of them is kept. Throws for nothing but cancellation, as every question here: what goes
    /// wrong is <see cref="AnswerKind.Unavailable"/> with its reason.
    /// </summary>
    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken) =>
        AuthenticateAsync(credentials, null, cancellationToken);

    /// <summary>
    /// Checks a login on behalf of a client, of whom the host is told as it is defined to be. Of clients who ask the same at
    /// once it hears of the first.
    /// </summary>
    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        _lookups.AuthenticateAsync(credentials, client, cancellationToken);

    /// <summary>
    /// Asks whether the host takes mail for a mailbox (RCPT TO in a transaction from <c>&lt;&gt;</c> that never reaches DATA).
    /// </summary>
    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken) =>
        _lookups.VerifyRecipientAsync(mailbox, cancellationToken);

    /// <summary>VRFY (RFC 5321 section 3.5).</summary>
    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken) => _lookups.VerifyAsync(query, cancellationToken);

    /// <summary>EXPN (RFC 5321 section 3.5).</summary>
    public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken) => _lookups.ExpandAsync(list, cancellationToken);

    /// <summary>
    /// Hands a message over. Never throws for what the host does; a cancellation before the final dot leaves nothing delivered and is
    /// thrown, one after it gives outcomes that may have been delivered.
    /// </summary>
    /// <exception cref="ArgumentException">It has no recipients.</exception>
    public async Task<RelayResult> RelayAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        if (request.Recipients.Count == 0)
            throw new ArgumentException("A message has at least one recipient.", nameof(request));
        // 8. of the life of a message; a recipient that was taken is also known to exist.
        if (_relay is null)
            return MailRelay.Refuse(request, new HostUnavailableException($"{Options.Name("protocol")} is imap, which takes no mail", Blame.Definition));
        var result = await _relay.RelayAsync(request, cancellationToken);
        for (var i = 0; i < result.Outcomes.Count; i++)
        {
            var outcome = result.Outcomes[i];
            _metrics.Answered("relay", outcome.Disposition.Name());
            if (outcome.Disposition == Disposition.Delivered)
                _proved(request.Recipients[i].Mailbox);
        }
        return result;
    }

    /// <summary>
    /// Begins to hand over a message that is still coming in. Nothing is asked before the first recipient is offered. Null where the host
    /// takes no mail, or such relays hold half of its connections (<see cref="RemoteHostOptions.Concurrency"/>) already: they last as
    /// long as somebody else's message, and must not keep the host from its other work.
    /// </summary>
    /// <param name="mail">Reverse-path and parameters; the size is what its client says, without trace headers of ours, and none is not known.</param>
    /// <param name="patience">Most time for each step: a connection, a reply, a block of the body.</param>
    /// <param name="client">On whose behalf it comes; null = not known.</param>
    public LiveRelay? TryBeginRelay(MailCommand mail, TimeSpan patience, ClientIdentity? client = null)
    {
        if (_mailPool is null)
            return null;
        if (Interlocked.Increment(ref _liveRelays) <= Options.Concurrency / 2)
            return new LiveRelay(_mailPool, mail, client, patience, _liveServices);
        Interlocked.Decrement(ref _liveRelays);
        return null;
    }

    /// <summary>Forgets every kept answer; how many they were. What is being asked meanwhile is not kept either.</summary>
    public int Flush() => _cache.Flush();

    /// <summary>
    /// Forgets what is kept of one name: as a login, as a recipient, as what VRFY and EXPN were asked. How many answers that
    /// were.
    /// </summary>
    public int Flush(string name)
    {
        var (login, verify, expand) = (Question.Login(name, default).Key, Question.Verify(name).Key, Question.Expand(name).Key);
        return Mailbox.TryParse(name, out var mailbox)
            ? _cache.Flush([login, verify, expand, Question.Recipient(mailbox).Key])
            : _cache.Flush([login, verify, expand]);
    }

    /// <summary>
    /// Tries each endpoint by one connection of its own, besides those of the pool, within <see cref="RemoteHostOptions.Timeout"/>, and
    /// tells every step of it. One probe runs at a time: who asks while one does shares its report. Throws for nothing but cancellation.
    /// </summary>
    public Task<ProbeReport> ProbeAsync(CancellationToken cancellationToken) => _probe.RunAsync(cancellationToken);

    /// <summary>A view of the pool and the caches for display.</summary>
    public RemoteHostSnapshot Snapshot()
    {
        var counts = _pool.Counts;
        return new RemoteHostSnapshot
        {
            Id = Options.Id,
            Idle = counts.Idle,
            Busy = counts.Busy,
            Connecting = counts.Connecting,
            Closing = counts.Closing,
            WaitingLogins = counts.Waiting.Logins,
            WaitingChecks = counts.Waiting.Checks,
            WaitingRelays = counts.Waiting.Relays,
            Opened = counts.Opened,
            Breaker = _breaker.State,
            CertificateExpiry = _metrics.CertificateExpiry,
            AcceptsAnyCertificate = Options.Tls.AllowInvalidCerts,
            PositiveEntries = _cache.PositiveEntries,
            NegativeEntries = _cache.NegativeEntries,
            PositiveEvictions = _cache.PositiveEvictions,
            NegativeEvictions = _cache.NegativeEvictions,
            CacheHits = _metrics.Fresh,
            StaleHits = _metrics.Stale,
            CoalescedLookups = _metrics.Coalesced,
            CacheMisses = _metrics.Misses,
        };
    }

    /// <summary>The address exists, whatever the host said before: a <i>no</i> that is kept is wrong.</summary>
    internal void ForgetNo(Mailbox mailbox) => _cache.ForgetNo(Question.Recipient(mailbox));

    /// <summary>Lets running requests finish, closes idle connections with QUIT or LOGOUT, and opens no more.</summary>
    public async ValueTask DisposeAsync()
    {
        _allMetrics.Remove(_snapshot);
        // What waits for a late word would hold its connection for minutes.
        await _closing.CancelAsync();
        await _pool.DisposeAsync();
    }
}
