using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Listening;

/// <summary>
/// Step 1, a client connects. One bound address: its accept loop and the connections that came in by it. Whom it serves may change under
/// way, so that a reload never closes a port that stays; a connection keeps the one that took it in.
/// </summary>
sealed class OpenSocket : IDisposable
{
    /// <summary>Read ahead of a session that is busy; the client is slowed down behind it.</summary>
    const int MostReadAhead = 128 * 1024;

    static readonly TimeSpan AfterFault = TimeSpan.FromMilliseconds(100);

    readonly IConnectionListener _socket;
    readonly ClientPlaces _places;
    readonly TimeProvider _time;
    readonly SparseWord _failed;
    readonly ILogger _logger;
    readonly ConcurrentDictionary<long, Task> _connections = new();
    readonly CancellationTokenSource _unbinding = new();
    readonly CancellationTokenSource _draining = new();
    readonly CancellationTokenSource _aborting = new();
    volatile ConnectionRunner? _runner;
    Task _loop = Task.CompletedTask;
    long _lastConnection;

    OpenSocket(IConnectionListener socket, IPEndPoint asked, ClientPlaces places, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        _places = places;
        _time = time;
        _failed = new SparseWord(TimeSpan.FromMinutes(1), time);
        _logger = logger;
        Asked = asked;
    }

    /// <summary>The address as it is configured; its port may be 0.</summary>
    public IPEndPoint Asked { get; }

    /// <summary>The address as it is.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_socket.EndPoint;

    /// <summary>Binds without accepting: clients wait in the system's queue. <see cref="IOException"/> where the address cannot be had.</summary>
    public static async Task<OpenSocket> BindAsync(
        ListenerModel listener, IPEndPoint address, ListeningServices services, ClientPlaces places, CancellationToken cancellationToken)
    {
        var factory = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { Backlog = listener.Backlog, MaxReadBufferSize = MostReadAhead, NoDelay = true }),
            services.Loggers);
        try
        {
            var socket = await factory.BindAsync(address, cancellationToken).ConfigureAwait(false);
            return new OpenSocket(socket, address, places, services.Time, services.Loggers.CreateLogger<ListenerSet>());
        }
        catch (Exception e) when (e is SocketException or AddressInUseException)
        {
            throw new IOException($"server.listener.{listener.Id}: cannot listen on {address}: {e.Message}", e);
        }
    }

    /// <summary>Begins to accept, or has later connections served by another.</summary>
    public void Serve(ConnectionRunner runner)
    {
        var isFirst = _runner is null;
        _runner = runner;
        if (isFirst)
            _loop = AcceptAsync();
    }

    /// <summary>Accepts no more; the sessions go on.</summary>
    public async Task UnbindAsync()
    {
        await _unbinding.CancelAsync().ConfigureAwait(false);
        await _socket.UnbindAsync(CancellationToken.None).ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    /// <summary>Ends when the last of the sessions that it has now does.</summary>
    public Task Emptied() => Task.WhenAll(_connections.Values);

    /// <summary>1. No more connections; 2. sessions are told; 3. they are waited for; 4. those that are left are cut off.</summary>
    public async Task CloseAsync(CancellationToken patience)
    {
        await UnbindAsync().ConfigureAwait(false);
        await _draining.CancelAsync().ConfigureAwait(false);
        var all = Emptied();
        await all.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _aborting.CancelAsync().ConfigureAwait(false);
        await all.ConfigureAwait(false);
        await _socket.DisposeAsync().ConfigureAwait(false);
        Dispose();
    }

    public void Dispose()
    {
        _unbinding.Dispose();
        _draining.Dispose();
        _aborting.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!_unbinding.IsCancellationRequested)
        {
            var isTracked = false;
            try
            {
                await _places.MayAcceptAsync(_unbinding.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            try
            {
                if (await _socket.AcceptAsync().ConfigureAwait(false) is not { } context)
                    return;
                Track(context, _runner!);
                isTracked = true;
            }
            catch (Exception e) when (!_unbinding.IsCancellationRequested)
            {
                // Out of handles, or a fault of the transport: those that are connected go on, and so does the listener.
                if (_failed.TryTell(out var others))
                    ListeningLog.AcceptFailed(_logger, Endpoint, others, e);
                await Task.Delay(AfterFault, _time, _unbinding.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch
            {
                return;
            }
            finally
            {
                if (!isTracked)
                    _places.Gone();
            }
        }
    }

    void Track(ConnectionContext context, ConnectionRunner runner)
    {
        var number = Interlocked.Increment(ref _lastConnection);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[number] = gate.Task;
        _ = Task.Run(async () =>
        {
            await runner.RunAsync(context, _draining.Token, _aborting.Token).ConfigureAwait(false);
            _places.Gone();
            _connections.TryRemove(number, out var _);
            gate.SetResult();
        });
    }
}
