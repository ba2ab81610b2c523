using System.Net;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Listening;
using Posthouse.Gateway.Lookups;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Sessions;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Gateway.Control;

/// <summary>
/// A running gateway. It starts from the inside out: 1. the configuration; 2. the store; 3. the remotes and what is asked of them;
/// 4. deliveries; 5. the listeners, last, so that nobody is greeted who cannot be served. It stops 5 and 4 together, then 2, then 3.
/// </summary>
public sealed class GatewayServer : IAsyncDisposable
{
    readonly RemoteHostRegistry _remotes;
    readonly SqliteStore _store;
    readonly DeliveryLoop _deliveries;
    readonly ListenerSet _listeners;
    readonly Lock _gate = new();
    Task? _stopped;

    GatewayServer(GatewayModel model, LookupDirectory lookups, GatewayServices services)
    {
        Model = model;

        // 2. It alone can fail, so nothing is made before it.
        var queue = services.Loggers.CreateLogger("Posthouse.Queue");
        _store = SqliteStore.Open(new SqliteStoreOptions(model.Queue.Path) { Time = services.Time, Logger = queue });

        // 3.
        _remotes = new RemoteHostRegistry(model.Remotes, new RemoteHostServices { Time = services.Time, Loggers = services.Loggers, Meters = services.Meters });
        lookups.Use(_remotes, model.Lists);

        // 4.
        _deliveries = new DeliveryLoop(_store, new RemoteHops(_remotes), () => Model.Queue, services.Time, services.Loggers.CreateLogger("Posthouse.Delivery"));

        _listeners = new ListenerSet(new ListeningServices
        {
            Loggers = services.Loggers,
            Time = services.Time,
            PerAddressLimit = () => Model.Session.PerIpLimit,
        });
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
        var loaded = ConfigLoader.Load(path, lookups.Membership);
        if (loaded.Model is not { } model)
            throw new InvalidDataException(string.Join('\n', loaded.Problems.Where(problem => problem.IsError)));

        var server = new GatewayServer(model, lookups, services);
        try
        {
            server._deliveries.Start();

            // 5.
            var shared = new SessionServices
            {
                Logins = lookups,
                Recipients = lookups,
                Intake = server._store,
                NextHops = new NextHops(server._remotes),
                Logger = services.Loggers.CreateLogger<SmtpSession>(),
                Time = services.Time,
            };
            // The configuration has warned of http listeners.
            foreach (var listener in model.Listeners.Where(listener => listener.Protocol != ListenerProtocol.Http))
                await server._listeners.OpenAsync(listener, (client, draining) => SmtpSession.RunAsync(client, server.Model, shared, draining), cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The configuration in force.</summary>
    public GatewayModel Model { get; }

    /// <summary>What is listening, by listener id (a bind to port 0 shows the port that the system gave).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> Endpoints => _listeners.Endpoints;

    /// <summary>The live remotes.</summary>
    public RemoteHostRegistry Remotes => _remotes;

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

    async Task EndAsync(CancellationToken patience)
    {
        // Deliveries have as much time as sessions: one that is given up behind its final dot may come twice.
        await Task.WhenAll(_deliveries.StopAsync(patience), _listeners.CloseAllAsync(patience));
        await _deliveries.DisposeAsync();
        await _store.DisposeAsync();
        await _remotes.DisposeAsync();
    }
}
