using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Posthouse.Bench;

/// <summary>What the delaying relay really costs: one octet to an echo behind it and back, again and again.</summary>
static class RoundTrip
{
    const int Times = 200;

    /// <summary>Milliseconds.</summary>
    public static async Task<Spread> MeasureAsync(TimeSpan nominal)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var relay = new DelayingRelay(((IPEndPoint)listener.LocalEndPoint!).Port, nominal);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, relay.Port));
        using var echo = await listener.AcceptAsync();
        echo.NoDelay = true;
        var spread = new Spread();
        var octet = new byte[1];
        for (var i = 0; i < Times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await client.SendAsync(octet);
            await echo.ReceiveAsync(octet);
            await echo.SendAsync(octet);
            await client.ReceiveAsync(octet);
            spread.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return spread;
    }
}
