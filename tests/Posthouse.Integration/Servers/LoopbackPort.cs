using System.Net;
using System.Net.Sockets;

namespace Posthouse.Integration.Servers;

/// <summary>
/// Free ports for servers that cannot bind to port 0. Taken from below the range that the kernel gives to outgoing
/// connections, so that a server that is stopped for a while finds its port free again.
/// </summary>
static class LoopbackPort
{
    const int First = 20_000;
    const int Count = 12_000;
    static int _next = Random.Shared.Next(Count);

    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException($"No free port between {First} and {First + Count}.");
    }

    static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
