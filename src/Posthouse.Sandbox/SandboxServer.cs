using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Sandbox.Connections;
using Posthouse.Sandbox.Imap;
using Posthouse.Sandbox.Smtp;

namespace Posthouse.Sandbox;

/// <summary>
/// A real small mail server: it listens on a socket, speaks SMTP, LMTP or IMAP with all their checks, and keeps what it took in the
/// accounts. May be stopped and started again on the same port.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    readonly SandboxOptions _options;
    readonly SandboxHost _host;
    readonly ConcurrentDictionary<long, (SandboxConnection Connection, Task Session)> _sessions = [];
    readonly SemaphoreSlim _switch = new(1, 1);
    CancellationTokenSource? _stopping;
    Socket? _listener;
    Task _accepting = Task.CompletedTask;
    long _lastId;

    public SandboxServer(SandboxOptions options)
    {
        _options = options;
        Port = options.Port;
        Journal = new SandboxJournal(options.TimeProvider ?? TimeProvider.System);
        Certificate = options.Certificate ?? SelfSigned.Create(options.HostName);
        _host = new SandboxHost(options, Faults, Journal, SslStreamCertificateContext.Create(Certificate, null, offline: true));
    }

    /// <summary>The port, once started; it stays the same from then on.</summary>
    public int Port { get; private set; }

    public SandboxJournal Journal { get; }

    public SandboxFaults Faults { get; } = new();

    /// <summary>The one given, or the self-signed one, which a client may trust as its own authority.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>False: messages are counted and dropped, which is for a bench.</summary>
    public bool KeepBodies
    {
        get => _host.KeepsBodies;
        set => _host.KeepsBodies = value;
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _switch.WaitAsync(cancellationToken);
        try
        {
            if (_listener is not null)
                return;
            EndPoint place = _options.SocketPath is { } path ? new UnixDomainSocketEndPoint(path) : new IPEndPoint(_options.Address, Port);
            // A TCP socket that is known as one may be bound again right after a stop, while connections of before fade away.
            var listener = new Socket(place.AddressFamily, SocketType.Stream, place is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
            try
            {
                listener.Bind(place);
                listener.Listen(512);
            }
            catch
            {
                listener.Dispose();
                throw;
            }
            Port = (listener.LocalEndPoint as IPEndPoint)?.Port ?? 0;
            _listener = listener;
            _stopping = new CancellationTokenSource();
            _accepting = AcceptAsync(listener, _stopping.Token);
        }
        finally
        {
            _switch.Release();
        }
    }

    /// <summary>
    /// Closes the listener and resets all connections, as a machine does that goes down; returns when nothing runs any more.
    /// </summary>
    public async Task StopAsync()
    {
        await _switch.WaitAsync();
        try
        {
            if (_listener is null)
                return;
            _listener.Dispose();
            _listener = null;
            if (_options.SocketPath is { } path)
                File.Delete(path);
            // The reset first: a session woken by the token would close in good order.
            foreach (var (connection, _) in _sessions.Values)
                connection.Abort();
            await _stopping!.CancelAsync();
            await _accepting;
            await Task.WhenAll(_sessions.Values.Select(entry => entry.Session));
            _stopping.Dispose();
        }
        finally
        {
            _switch.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_options.Certificate is null)
            Certificate.Dispose();
        _switch.Dispose();
    }

    async Task AcceptAsync(Socket listener, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(stopping);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client was gone before it was served, or there are no more descriptors, which passes.
                await Task.Delay(RetryAfter, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            var id = ++_lastId;
            Journal.Opened();
            var connection = new SandboxConnection(id, socket, _host, stopping);
            var start = new TaskCompletionSource();
            var session = RunAsync(connection, start.Task);
            _sessions[id] = (connection, session);
            // Only now, so that a session cannot be over before it is listed.
            start.SetResult();
        }
    }

    async Task RunAsync(SandboxConnection connection, Task start)
    {
        await start.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (_options.ProxyV2 && !await connection.ReadProxyHeaderAsync())
                connection.Said("(no PROXY header)");
            else if (_options.Tls != SandboxTls.Implicit || await connection.StartTlsAsync())
                await (_options.Protocol == SandboxProtocol.Imap ? new ImapSession(connection).RunAsync() : new SmtpSession(connection).RunAsync());
            await connection.HangUpAsync();
        }
        catch (Exception error) when (error is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // The client, the network or StopAsync has ended it; there is nobody left to tell.
        }
        catch (Exception error)
        {
            // A test's own hook threw, or there is a bug here: the dialogue is where one looks for it.
            connection.Said($"(failed: {error})");
        }
        finally
        {
            await connection.DisposeAsync();
            // Counted first: once it is off the list, StopAsync no longer waits for it.
            Journal.Closed();
            _sessions.TryRemove(connection.Id, out _);
        }
    }
}
