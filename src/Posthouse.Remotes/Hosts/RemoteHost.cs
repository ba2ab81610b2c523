using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Imap;
using Posthouse.Remotes.Lookups;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Relaying;
using Posthouse.Remotes.Smtp;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Hosts;

/// <summary>A live remote host: its pool, its caches and the questions it can be asked. Safe for concurrent use.</summary>
public sealed class RemoteHost : IAsyncDisposable
{
    readonly AnswerCache _cache;
    readonly HostLookups _lookups;
    readonly IConnectionPool _pool;
    readonly MailRelay? _relay;

    /// <summary>Makes a host; nothing is connected until the first request.</summary>
    public RemoteHost(RemoteHostOptions options, RemoteHostServices? services = null)
    {
        services ??= new RemoteHostServices();
        Options = options;
        var time = services.Time;
        var logger = services.Loggers.CreateLogger("Posthouse.Remotes");
        var unavailable = new UnavailableLog(options.Id, time, logger);
        var dialler = services.Dialler ?? new SystemDialler(time);
        _cache = new AnswerCache(options.Cache, time);
        if (options.Tls.AllowInvalidCerts)
            RemoteLog.AnyCertificate(logger, options.Id);

        IHostQuestions questions;
        if (options.Protocol == RemoteProtocol.Imap)
        {
            var establishment = new ImapEstablishment(options, dialler, time, logger);
            var pool = new ConnectionPool<ImapConnection>(options, (_, deadline) => establishment.EstablishAsync(deadline), time, logger);
            questions = new ImapQuestions(options, pool);
            _pool = pool;
        }
        else
        {
            var establishment = new SmtpEstablishment(options, dialler, time, logger);
            var pool = new ConnectionPool<SmtpConnection>(options, establishment.EstablishAsync, time, logger);
            questions = new SmtpQuestions(options, pool, time);
            _relay = new MailRelay(pool, unavailable);
            _pool = pool;
        }
        _lookups = new HostLookups(options, questions, _cache, unavailable);
    }

    /// <summary>The definition.</summary>
    public RemoteHostOptions Options { get; }

    /// <summary>Checks a login. The credentials stay the caller's; none of them is kept.</summary>
    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken) =>
        _lookups.AuthenticateAsync(credentials, cancellationToken);

    /// <summary>Asks whether the host takes mail for a mailbox (RCPT TO in a transaction from <c>&lt;&gt;</c> that never reaches DATA).</summary>
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
    public async Task<RelayResult> RelayAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        // 8. of the life of a message; a recipient that was taken is also known to exist.
        if (_relay is null)
            return MailRelay.Refuse(request, new HostUnavailableException($"{Options.Name("protocol")} is imap, which takes no mail", Blame.Definition));
        var result = await _relay.RelayAsync(request, cancellationToken);
        for (var i = 0; i < result.Outcomes.Count; i++)
        {
            if (result.Outcomes[i].Disposition == Disposition.Delivered)
                _lookups.RecipientTookMail(request.Recipients[i].Mailbox);
        }
        return result;
    }

    /// <summary>A view of the pool and the caches for display.</summary>
    public RemoteHostSnapshot Snapshot()
    {
        var counts = _pool.Counts;
        return new RemoteHostSnapshot
        {
            Id = Options.Id,
            Idle = counts.Idle,
            Busy = counts.Busy,
            Waiting = counts.Waiting,
            Opened = counts.Opened,
            PositiveEntries = _cache.PositiveEntries,
            NegativeEntries = _cache.NegativeEntries,
            CacheHits = _lookups.Hits,
            CacheMisses = _lookups.Misses,
        };
    }

    /// <summary>Lets running requests finish, closes idle connections with QUIT or LOGOUT, and opens no more.</summary>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
