using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Listening;

/// <summary>Step 1, a client connects. One listener: its bound sockets, an accept loop for each, and the connections that came in by them.</summary>
sealed class OpenListener : IDisposable
{
    /// <summary>Read ahead of a session that is busy; the client is slowed down behind it.</summary>
    const int MostReadAhead = 128 * 1024;

    readonly List<IConnectionListener> _sockets = [];
    readonly ConcurrentDictionary<long, Task> _connections = new();
    readonly CancellationTokenSource _draining = new();
    readonly CancellationTokenSource _aborting = new();
    readonly ILogger _logger;
    readonly ListenerModel _model;
    readonly ConnectionRunner _runner;
    Task[] _loops = [];
    long _lastConnection;

    OpenListener(ListenerModel model, ClientHandler handler, ListeningServices services, AddressCounts addresses)
    {
        _model = model;
        _logger = services.Loggers.CreateLogger<ListenerSet>();
        _runner = new(model, handler, services, addresses, _logger);
    }

    public IReadOnlyList<IPEndPoint> Endpoints => [.. _sockets.Select(socket => (IPEndPoint)socket.EndPoint)];

    public static async Task<OpenListener> OpenAsync(
        ListenerModel model, ClientHandler handler, ListeningServices services, AddressCounts addresses, CancellationToken cancellationToken)
    {
        var listener = new OpenListener(model, handler, services, addresses);
        var factory = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { Backlog = model.Backlog, MaxReadBufferSize = MostReadAhead, NoDelay = true }),
            services.Loggers);
        foreach (var endpoint in model.Bind)
        {
            try
            {
                listener._sockets.Add(await factory.BindAsync(endpoint, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (e is SocketException or AddressInUseException)
            {
                await listener.CloseAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
                throw new IOException($"server.listener.{model.Id}: cannot listen on {endpoint}: {e.Message}", e);
            }
        }

        listener._loops = [.. listener._sockets.Select(listener.AcceptAsync)];
        ListeningLog.Opened(listener._logger, model.Id, listener.Endpoints);
        return listener;
    }

    async Task AcceptAsync(IConnectionListener socket)
    {
        while (!_draining.IsCancellationRequested)
        {
            try
            {
                if (await socket.AcceptAsync().ConfigureAwait(false) is not { } context)
                    return;
                Track(context);
            }
            catch (Exception e)
            {
                // Out of handles, or a fault of the transport: those that are connected go on, and so does the listener.
                ListeningLog.AcceptFailed(_logger, _model.Id, e);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _draining.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    void Track(ConnectionContext context)
    {
        var number = Interlocked.Increment(ref _lastConnection);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[number] = gate.Task;
        _ = Task.Run(async () =>
        {
            await _runner.RunAsync(context, _draining.Token, _aborting.Token).ConfigureAwait(false);
            _connections.TryRemove(number, out var _);
            gate.SetResult();
        });
    }

    /// <summary>1. No more connections; 2. sessions are told; 3. they are waited for; 4. those that are left are cut off.</summary>
    public async Task CloseAsync(CancellationToken patience)
    {
        foreach (var socket in _sockets)
            await socket.UnbindAsync(CancellationToken.None).ConfigureAwait(false);
        await _draining.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        var all = Task.WhenAll(_connections.Values);
        await all.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _aborting.CancelAsync().ConfigureAwait(false);
        await all.ConfigureAwait(false);
        foreach (var socket in _sockets)
            await socket.DisposeAsync().ConfigureAwait(false);
        Dispose();
        // One whose address could not be had was never open.
        if (_loops.Length > 0)
            ListeningLog.Closed(_logger, _model.Id);
    }

    public void Dispose()
    {
        _draining.Dispose();
        _aborting.Dispose();
    }
}
