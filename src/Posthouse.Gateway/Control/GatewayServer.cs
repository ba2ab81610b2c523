using System.Net;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Exchangers;
using Posthouse.Gateway.Listening;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Gateway.Resolving;
using Posthouse.Gateway.Sessions;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Gateway.Control;

/// <summary>
/// A running gateway. It starts from the inside out: 1. the configuration; 2. the store; 3. the remotes and what is asked of them;
/// 4. deliveries; 5. the listeners, last, so that nobody is greeted who cannot be served. It stops 5 and 4 together, then 2, then 3.
/// A reload goes through 1, 3 and 5 again, and binds new addresses before it changes anything, since that alone can fail.
/// </summary>
public sealed class GatewayServer : IAsyncDisposable
{
    readonly RemoteHostRegistry _remotes;
    readonly SqliteStore _store;
    readonly ListWatch _lists;
    readonly MxDelivery _exchangers;
    readonly DeliveryLoop _deliveries;
    readonly ListenerSet _listeners;
    readonly LookupDirectory _lookups;
    readonly SessionServices _sessions;
    readonly ConfigWatch _watch;
    readonly string _path;
    readonly ILogger _logger;
    readonly SemaphoreSlim _reloading = new(1, 1);
    ControlSocket? _control;
    readonly Lock _gate = new();
    volatile GatewayModel _model;
    Task? _stopped;

    GatewayServer(string path, GatewayModel model, LookupDirectory lookups, GatewayServices services)
    {
        _path = path;
        _model = model;
        _lookups = lookups;
        _logger = services.Loggers.CreateLogger("Posthouse.Control");

        // 2. It alone can fail, so nothing is made before it.
        var queue = services.Loggers.CreateLogger("Posthouse.Queue");
        _store = SqliteStore.Open(new SqliteStoreOptions(model.Queue.Path) { Time = services.Time, Logger = queue });

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
        lookups.Use(_remotes, model.Lists);
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
            Intake = _store,
            NextHops = new NextHops(_remotes),
            Logger = services.Loggers.CreateLogger<SmtpSession>(),
            Time = services.Time,
        };
        _watch = new ConfigWatch(services.Time, ReloadChangedAsync, path => ControlLog.CertificateWaits(_logger, path));
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
        var since = TimeProvider.System.GetUtcNow();
        var loaded = ConfigLoader.Load(path, lookups.Membership);
        if (loaded.Model is not { } model)
            throw new InvalidDataException(string.Join('\n', loaded.Problems.Where(problem => problem.IsError)));

        var server = new GatewayServer(path, model, lookups, services);
        try
        {
            server._deliveries.Start();
            server._control = await ControlSocket.OpenAsync(model.Queue.Path, server.Queue, services.Loggers.CreateLogger("Posthouse.Control"), cancellationToken);

            // 5.
            await using var listeners = await server.PrepareListenersAsync(model, cancellationToken);
            listeners.TakeOver();
            server._watch.Watch(loaded.Sources, since, model.Server.Watch);
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

    internal ConfigWatch Watching => _watch;

    /// <summary>The live remotes.</summary>
    public RemoteHostRegistry Remotes => _remotes;

    /// <summary>
    /// Reads the configuration anew and puts it in the place of the one in force, if nothing is wrong with it. Running sessions keep the one they
    /// began with; remotes that have not changed keep their connections and caches, the others drain; addresses are bound and given up as
    /// needed, with new certificates. <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the file cannot be read.
    /// </summary>
    public async Task<ReloadResult> ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken);
        try
        {
            // 1.
            var since = TimeProvider.System.GetUtcNow();
            var loaded = ConfigLoader.Load(_path, _lookups.Membership);
            // What does not load is watched too, so that its correction is noticed.
            _watch.Watch(loaded.Sources, since, (loaded.Model ?? Model).Server.Watch);
            return await ApplyAsync(loaded, cancellationToken);
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>
    /// Stops listening, answers 421 4.3.2 between commands, begins no delivery, lets messages past their dot and running deliveries finish
    /// until the token fires, and closes the store. What was not delivered stays queued. Hosts have two seconds more for their farewell.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _stopped ??= EndAsync(cancellationToken);
    }

    /// <summary>Stops without waiting for anyone, or joins a stop that is under way.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    async Task<ReloadResult> ApplyAsync(ConfigResult loaded, CancellationToken cancellationToken)
    {
        if (loaded.Model is null)
            return new ReloadResult(false, loaded.Problems, "", []);
        var (before, model) = (Model, ModelChange.Effective(Model, loaded.Model));
        PreparedListeners listeners;
        try
        {
            // 5., as far as it can fail.
            listeners = await PrepareListenersAsync(model, cancellationToken);
        }
        catch (IOException e)
        {
            return new ReloadResult(false, loaded.Problems, e.Message, []);
        }
        await using (listeners)
        {
            lock (_gate)
            {
                if (_stopped is not null)
                    return new ReloadResult(false, loaded.Problems, "the gateway is stopping", []);
                // 3.
                _remotes.Apply(model.Remotes);
                _lookups.Use(_remotes, model.Lists);
                _model = model;
                // 5.
                listeners.TakeOver();
            }
        }
        ModelChange.Tell(_logger, before, model);
        return new ReloadResult(true, loaded.Problems, "", ModelChange.NeedsRestart(before, loaded.Model));
    }

    // The configuration has warned of http listeners.
    Task<PreparedListeners> PrepareListenersAsync(GatewayModel model, CancellationToken cancellationToken) => _listeners.PrepareAsync(
        [.. model.Listeners.Where(static listener => listener.Protocol != ListenerProtocol.Http)],
        (client, draining) => SmtpSession.RunAsync(client, Model, _sessions, draining),
        cancellationToken);

    async Task ReloadChangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            ReloadLog.Tell(_logger, await ReloadAsync(cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ControlLog.ReloadRefused(_logger, e.Message);
        }
    }

    async Task EndAsync(CancellationToken patience)
    {
        await _watch.DisposeAsync();
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
