using System.Net;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>
/// Dials by the system's resolver, so that <c>/etc/hosts</c>, search domains and address literals work as everywhere else on the
/// machine. All addresses are tried in the resolver's order; none but the last may use up the time of those after it.
/// </summary>
sealed class SystemDialler(TimeProvider time) : IDialler
{
    public async Task<DialledLine> DialAsync(RemoteHostOptions host, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        var share = host.Timeout / addresses.Length;
        SocketException? refusal = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            using var turn = new CancellationTokenSource(i == addresses.Length - 1 ? Timeout.InfiniteTimeSpan : share, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, cancellationToken);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], host.EffectivePort), either.Token);
            }
            catch (SocketException e)
            {
                refusal = e;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                refusal = new SocketException((int)SocketError.TimedOut);
            }
        }
        throw new HostUnavailableException($"connect to {host.Address} port {host.EffectivePort}: {refusal!.Message}", cause: refusal);
    }

    static async Task<IPAddress[]> ResolveAsync(RemoteHostOptions host, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host.Address[0].Host, cancellationToken);
            if (addresses.Length > 0)
                return addresses;
        }
        // An address that cannot be a name at all is an ArgumentException.
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new HostUnavailableException($"resolve {host.Name("address")} {host.Address}: {e.Message}", cause: e);
        }
        throw new HostUnavailableException($"resolve {host.Name("address")} {host.Address}: no addresses");
    }

    static async Task<DialledLine> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        // Without NoDelay a pipelined dialogue waits for the other side's delayed ACK, some 40 ms each time.
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new DialledLine(new NetworkStream(socket, ownsSocket: true), IPAddress.IsLoopback(endPoint.Address));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
