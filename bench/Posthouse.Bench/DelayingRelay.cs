using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Posthouse.Bench;

/// <summary>
/// A TCP relay on loopback that carries each octet half a round trip after it came, whatever is under way: it delays, it does not slow down. A new
/// connection is carried on after one whole round trip, which is what its handshake would take. As every octet waits for the same
/// time, the order of sending is the order of coming, and one thread that sleeps to the next due time does it all.
/// </summary>
sealed class DelayingRelay : IDisposable
{
    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly BlockingCollection<Parcel> _line = [];
    readonly IPEndPoint _target;
    readonly TimeSpan _roundTrip;
    long _turns;

    public DelayingRelay(int target, TimeSpan roundTrip)
    {
        _target = new IPEndPoint(IPAddress.Loopback, target);
        _roundTrip = roundTrip;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        new Thread(Deliver) { IsBackground = true }.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How often a client spoke after its host had, over all connections: each is a round trip that somebody waited for, connects not counted.</summary>
    public long Turns => Interlocked.Read(ref _turns);

    public void Dispose()
    {
        _listener.Dispose();
        _line.CompleteAdding();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The relay is over.
        }
    }

    async Task CarryAsync(Socket client)
    {
        await Task.Delay(_roundTrip);
        var host = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await host.ConnectAsync(_target);
        var conversation = new Conversation();
        client.NoDelay = host.NoDelay = true;
        await Task.WhenAll(PumpAsync(client, host, conversation, isClient: true), PumpAsync(host, client, conversation, isClient: false));
    }

    async Task PumpAsync(Socket from, Socket to, Conversation conversation, bool isClient)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            do
            {
                read = await from.ReceiveAsync(buffer);
                _line.Add(new Parcel(Stopwatch.GetTimestamp(), to, buffer[..read], conversation, isClient));
            }
            while (read > 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            to.Dispose();
        }
    }

    void Deliver()
    {
        foreach (var parcel in _line.GetConsumingEnumerable())
        {
            while (_roundTrip / 2 - Stopwatch.GetElapsedTime(parcel.Came) is { Ticks: > 0 } left)
                Sleep(left);
            if (parcel.IsClient && parcel.Conversation.HostSpoke)
                Interlocked.Increment(ref _turns);
            parcel.Conversation.HostSpoke = !parcel.IsClient;
            try
            {
                if (parcel.Octets.Length > 0)
                    parcel.To.Send(parcel.Octets);
                else
                    parcel.To.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Whoever it was for has gone.
            }
        }
    }

    // The runtime's own timers and sleeps count whole milliseconds.
    static void Sleep(TimeSpan time) => _ = NanoSleep(new TimeSpec(time.Ticks / TimeSpan.TicksPerSecond, time.Ticks % TimeSpan.TicksPerSecond * 100), 0);

    [DllImport("libc", EntryPoint = "nanosleep")]
    static extern int NanoSleep(in TimeSpec time, nint remaining);

    readonly record struct TimeSpec(long Seconds, long Nanoseconds);

    sealed class Conversation
    {
        public bool HostSpoke { get; set; }
    }

    readonly record struct Parcel(long Came, Socket To, byte[] Octets, Conversation Conversation, bool IsClient);
}
