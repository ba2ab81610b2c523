using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Relaying;
using Posthouse.Remotes.Smtp;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Hosts;

/// <summary>
/// A live mail exchanger: the pool of a remote host without what an operator would ask of one. In metrics all of them are the
/// remote <c>mx</c>, since their number knows no bound. Safe for concurrent use.
/// </summary>
public sealed class MailExchanger : IAsyncDisposable
{
    const string InMetrics = "mx";

    readonly ConnectionPool<SmtpConnection> _pool;
    readonly ConnectionPool<SmtpConnection>? _inClear;
    readonly HostMetrics _metrics;

    /// <summary>Makes an exchanger; nothing is connected until the first message.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message names each property and what it must be.</exception>
    public MailExchanger(MailExchangerOptions options, RemoteHostServices? services = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        services ??= new RemoteHostServices();
        Options = options;
        _metrics = new HostMetrics(InMetrics, RemoteMetrics.Of(services.Meters));
        var slots = new ConnectionSlots();
        _pool = Pool(options.StartTls, slots, services);
        if (options.StartTls == StartTlsPolicy.Optional)
            _inClear = Pool(StartTlsPolicy.Disable, slots, services);
    }

    /// <summary>Where it is and how it is spoken to.</summary>
    public MailExchangerOptions Options { get; }

    /// <summary>
    /// Hands a message over. Never throws for what the host does; a cancellation before the final dot leaves nothing delivered and is
    /// thrown, one after it gives outcomes that may have been delivered.
    /// </summary>
    /// <exception cref="ArgumentException">It has no recipients.</exception>
    public async Task<RelayResult> RelayAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Recipients.Count == 0)
            throw new ArgumentException("A message has at least one recipient.", nameof(request));
        var result = await RelayAsync(_pool, _inClear, request, cancellationToken);
        // Now by DATA, since what is learnt of a stranger here is soon forgotten.
        if (result.IsForBdat)
            result = await RelayAsync(_pool, _inClear, request, cancellationToken);
        foreach (var outcome in result.Outcomes)
            _metrics.Answered("relay", outcome.Disposition.Name());
        return result;
    }

    /// <summary>Lets running requests finish, closes idle connections with QUIT, and opens no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        if (_inClear is not null)
            await _inClear.DisposeAsync();
    }

    /// <param name="pool">Where it is tried.</param>
    /// <param name="otherwise">Where it is tried again if the first fails for want of TLS: less than TLS is still more than no delivery (RFC 7435).</param>
    /// <param name="request">The message.</param>
    /// <param name="cancellationToken">Ends it.</param>
    static async Task<RelayResult> RelayAsync(
        ConnectionPool<SmtpConnection> pool, ConnectionPool<SmtpConnection>? otherwise, RelayRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await pool.UseAsync(
                Errand.Relay(request.Client), connection => RecipientLimit.RelayAsync(connection, request, cancellationToken), cancellationToken);
        }
        catch (HostUnavailableException e)
        {
            if (!e.IsOfTls || otherwise is null)
                return MailRelay.Refuse(request, e);
        }
        return await RelayAsync(otherwise, null, request, cancellationToken);
    }

    ConnectionPool<SmtpConnection> Pool(StartTlsPolicy startTls, ConnectionSlots slots, RemoteHostServices services)
    {
        var host = Options.AsHost(startTls);
        host.ThrowIfInvalid();
        var logger = services.Loggers.CreateLogger("Posthouse.Remotes");
        var establishment = new SmtpEstablishment(host, services.Dialler ?? new SystemDialler(services.Time), services.Time, logger);
        return new ConnectionPool<SmtpConnection>(
            host, establishment.EstablishAsync, new PoolServices(services.Time, logger, slots, new Breaker(host, services.Time, logger), _metrics));
    }
}
