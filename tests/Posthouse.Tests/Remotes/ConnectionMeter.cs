using System.Net;
using System.Net.Sockets;

namespace Posthouse.Tests.Remotes;

/// <summary>
/// The face of a host: passes octets on to a server behind, and at each connection that it accepts asks the kernel how many are open. A
/// server that counts for itself learns of an end some time after the client may have begun another connection; here, a connection
/// that either side has closed is not counted even if nobody has read its end yet.
/// </summary>
sealed class ConnectionMeter : IAsyncDisposable
{
    // Linux: tcp(7), and the first octet of struct tcp_info in <linux/tcp.h>.
    const int TcpLevel = 6;
    const int TcpInfo = 11;
    const byte Established = 1;

    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly EndPoint _behind;
    readonly List<Socket> _accepted = [];
    readonly Lock _gate = new();
    readonly HashSet<Task> _passing = [];
    readonly Task _accepting;
    int _peak;
    int _total;

    public ConnectionMeter(int portBehind)
    {
        _behind = new IPEndPoint(IPAddress.Loopback, portBehind);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Most connections that were open at once.</summary>
    public int Peak => Volatile.Read(ref _peak);

    /// <summary>Connections that were opened.</summary>
    public int Total => Volatile.Read(ref _total);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Task[] passing;
        lock (_gate)
        {
            foreach (var socket in _accepted)
                socket.Dispose();
            passing = [.. _passing];
        }
        await Task.WhenAll(passing);
    }

    async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            lock (_gate)
            {
                _accepted.RemoveAll(socket => !IsOpen(socket));
                _accepted.Add(client);
                _peak = Math.Max(_peak, _accepted.Count(IsOpen));
                _total++;
                var passing = PassAsync(client);
                _passing.RemoveWhere(task => task.IsCompleted);
                _passing.Add(passing);
            }
        }
    }

    async Task PassAsync(Socket client)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(_behind);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
            // The server behind is stopped.
        }
        finally
        {
            client.Dispose();
        }
    }

    static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Either side has gone; the other one follows.
        }
    }

    static bool IsOpen(Socket socket)
    {
        try
        {
            Span<byte> info = stackalloc byte[1];
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, info) == 1 && info[0] == Established;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
