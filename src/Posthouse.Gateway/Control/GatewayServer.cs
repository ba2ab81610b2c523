using System.Net;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Exchangers;
using Posthouse.Gateway.Listening;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Reports;
using Posthouse.Gateway.Resolving;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Gateway.Control;

/// <summary>
/// A running gateway. It starts from the inside out: 1. the configuration; 2. the store; 3. the remotes and what is asked of them;
/// 4. deliveries; 5. the listeners, last, so that nobody is greeted who cannot be served. It stops 5 and 4 together, then 2, then 3.
/// A reload (<see cref="Reloads"/>) goes through 1, 3 and 5 again, and binds new addresses before it changes anything, since that can fail; what waits at a hop is
/// then routed anew. Renewed certificates alone go through 3 and 5.
/// </summary>
public sealed class GatewayServer : IAsyncDisposable
{
    /// <summary>
    /// For the store to end what it has begun, behind the time for sessions and deliveries. A log that is folded takes a slow disk seconds; a disk that hangs
    /// takes for ever.
    /// </summary>
    internal static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(20);

    readonly RemoteHostRegistry _remotes;
    readonly SqliteStore _store;
    readonly QuotaLedger _quotas;
    readonly ListWatch _lists;
    readonly MxDelivery _exchangers;
    readonly DeliveryLoop _deliveries;
    readonly ListenerSet _listeners;
    readonly LookupDirectory _lookups;
    readonly SessionServices _sessions;
    readonly Reloads _reloads;
    readonly ILogger _logger;
    readonly TimeProvider _time;
    ControlSocket? _control;
    readonly Lock _gate = new();
    volatile GatewayModel _model;
    Task<bool>? _stopped;

    GatewayServer(string path, GatewayModel model, LookupDirectory lookups, GatewayServices services)
    {
        _model = model;
        _lookups = lookups;
        _time = services.Time;
        _logger = services.Loggers.CreateLogger("Posthouse.Control");

        // 2. It alone can fail, so nothing is made before it.
        var queue = services.Loggers.CreateLogger("Posthouse.Queue");
        _quotas = new QuotaLedger(() => Model.Queue.Quotas, queue);
        _store = SqliteStore.Open(new SqliteStoreOptions(model.Queue.Path) { Time = services.Time, Logger = queue, Left = _quotas.Counts.Leave, BeforeCommit = services.BeforeCommit });

        // 3.
        var hosts = new RemoteHostServices
        {
            Time = services.Time,
            Loggers = services.Loggers,
            Meters = services.Meters,
            // The configuration has, with the line to look at.
            WarnsOfAnyCertificate = false,
        };
        _remotes = new RemoteHostRegistry(model.Remotes, hosts);
        lookups.Use(_remotes);
        _lists = new ListWatch(() => Model.Lists, services.Time, services.Loggers.CreateLogger("Posthouse.Lookups"));

        // 4.
        _exchangers = new MxDelivery(() => Model, new MailDns(() => Model.Resolver, services.Time), new MxSurroundings { Services = hosts });
        _deliveries = new DeliveryLoop(
            _store, new AllHops(_exchangers, new RemoteHops(_remotes)), () => Model.Queue, new ReportDesk(() => Model.Server.HostName, services.Time), services.Time,
            services.Loggers.CreateLogger("Posthouse.Delivery"), new RecipientSearch(lookups, () => Model));

        _listeners = new ListenerSet(new ListeningServices
        {
            Loggers = services.Loggers,
            Time = services.Time,
            PerAddressLimit = () => Model.Session.PerIpLimit,
        });
        _sessions = new SessionServices
        {
            Logins = lookups,
            Recipients = lookups,
            Intake = new QuotaIntake(_store, _quotas),
            Quotas = _quotas,
            Throttles = new SessionThrottles(services.Time),
            NextHops = new NextHops(_remotes),
            Logger = services.Loggers.CreateLogger<SmtpSession>(),
            Time = services.Time,
        };
        _reloads = new Reloads(path, () => services.Load(path, lookups.Membership), this, services.Time, _logger);
    }

    /// <summary>
    /// Loads a file without starting anything. <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it
    /// cannot be read.
    /// </summary>
    public static ConfigResult Check(string path) => ConfigLoader.Load(path, new LookupDirectory().Membership);

    /// <summary>
    /// Starts everything. <see cref="InvalidDataException"/> carries the errors of the configuration; <see cref="IOException"/> says which
    /// port or folder cannot be had.
    /// </summary>
    public static async Task<GatewayServer> StartAsync(string path, GatewayServices services, CancellationToken cancellationToken)
    {
        // 1.
        var lookups = new LookupDirectory();
        var loaded = services.Load(path, lookups.Membership);
        if (loaded.Model is not { } model)
            throw new InvalidDataException(string.Join('\n', loaded.Problems.Where(problem => problem.IsError)));

        var server = new GatewayServer(path, model, lookups, services);
        try
        {
            server._deliveries.Start();
            // Deliveries do not wait for it, but nobody is taken mail from before it is known what waits.
            await server._quotas.CountAsync(server._store.ReadWaiting, cancellationToken);
            var requests = new ControlRequests(server.Queue, new RemoteRequests(server.Remotes), server._reloads.AskedAsync);
            server._control = await ControlSocket.OpenAsync(model.Queue.Path, requests, server._logger, cancellationToken);

            // 5.
            await using var listeners = await server.PrepareListenersAsync(model, cancellationToken);
            listeners.TakeOver();
            server._reloads.Watching.Watch(loaded.Read, isInForce: true, model.Server.Watch);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The configuration in force.</summary>
    public GatewayModel Model => _model;

    /// <summary>What is listening, by listener id (a bind to port 0 shows the port that the system gave).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> Endpoints => _listeners.Endpoints;

    /// <summary>What can be seen and done of the queue.</summary>
    public IQueueControl Queue => _deliveries.Control;

    internal ConfigWatch Watching => _reloads.Watching;

    /// <summary>The live remotes.</summary>
    public RemoteHostRegistry Remotes => _remotes;

    /// <summary>
    /// Reads the configuration anew and puts it in the place of the one in force, if nothing is wrong with it. Running sessions keep the one they
    /// began with; remotes that have not changed keep their connections and caches, the others drain; addresses are bound and given up as
    /// needed, with new certificates. <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the file cannot be read; whatever
    /// else goes wrong is a refusal.
    /// </summary>
    public Task<ReloadResult> ReloadAsync(CancellationToken cancellationToken) => _reloads.ReloadAsync(cancellationToken);

    /// <summary>
    /// Stops listening, answers 421 4.3.2 between commands, begins no delivery, lets messages past their dot and running deliveries finish
    /// until the token fires, and closes the store. What was not delivered stays queued. Hosts have two seconds more for their farewell. False: the
    /// queue's disk has not answered for so long behind that (20 s) that it was given up; the process is to end, which leaves the queue as a crash would.
    /// </summary>
    public Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _stopped ??= EndWithinAsync(cancellationToken);
    }

    /// <summary>Stops without waiting for anyone, or joins a stop that is under way.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    /// <summary>Puts a model in the place of the one in force; why not, where that cannot be, and then nothing has changed.</summary>
    internal async Task<string> SwapAsync(GatewayModel model, CancellationToken cancellationToken)
    {
        PreparedListeners listeners;
        try
        {
            // 5., as far as it can fail.
            listeners = await PrepareListenersAsync(model, cancellationToken);
        }
        catch (IOException e)
        {
            return e.Message;
        }
        await using (listeners)
        {
            lock (_gate)
            {
                if (_stopped is not null)
                    return "the gateway is stopping";
                // 3.
                _remotes.Apply(model.Remotes);
                _model = model;
                // 5.
                listeners.TakeOver();
            }
        }
        return "";
    }

    /// <inheritdoc cref="DeliveryLoop.RouteAnew"/>
    internal void RouteAnew() => _deliveries.RouteAnew();

    /// <summary>Counts what waits under quotas that are new; the configuration is in force, whatever comes of this.</summary>
    internal async Task CountQuotasAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _quotas.CountAsync(_store.ReadWaiting, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            QuotaLog.NotCounted(_logger, e);
        }
    }

    // The configuration has warned of http listeners.
    Task<PreparedListeners> PrepareListenersAsync(GatewayModel model, CancellationToken cancellationToken) => _listeners.PrepareAsync(
        [.. model.Listeners.Where(static listener => listener.Protocol != ListenerProtocol.Http)],
        (client, draining) => SmtpSession.RunAsync(client, Model, _sessions, draining),
        cancellationToken);

    async Task<bool> EndWithinAsync(CancellationToken patience)
    {
        var ending = EndAsync(patience);
        await ending.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await ending.WaitAsync(DiskPatience, _time, CancellationToken.None);
            return true;
        }
        catch (TimeoutException) when (!ending.IsCompleted)
        {
            ControlLog.StopGivenUp(_logger, DiskPatience.TotalSeconds);
            return false;
        }
    }

    async Task EndAsync(CancellationToken patience)
    {
        await _reloads.DisposeAsync();
        if (_control is not null)
            await _control.DisposeAsync();
        // Deliveries have as much time as sessions: one that is given up behind its final dot may come twice.
        await Task.WhenAll(_deliveries.StopAsync(patience), _listeners.CloseAllAsync(patience));
        await _deliveries.DisposeAsync();
        await _store.DisposeAsync();
        await _lists.DisposeAsync();
        await Task.WhenAll(_remotes.DisposeAsync().AsTask(), _exchangers.DisposeAsync().AsTask());
    }
}
