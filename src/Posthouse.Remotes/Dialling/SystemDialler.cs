using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Posthouse.Remotes.Answers;

namespace Posthouse.Remotes.Dialling;

/// <summary>
/// Dials by the system's resolver, so that <c>/etc/hosts</c>, search domains and address literals work as everywhere else on the
/// machine. All addresses are tried in the resolver's order; none but the last may use up the time of those after it.
/// </summary>
sealed class SystemDialler(TimeProvider time) : IDialler
{
    const int MostNamed = 4;

    public async Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Endpoint.SocketPath is { } path)
            return await DialSocketAsync(attempt, path, cancellationToken);

        attempt.Begin(ConnectStep.Resolve);
        var addresses = await ResolveAsync(attempt.Endpoint.Host, cancellationToken);
        attempt.Addresses = addresses;
        attempt.Begin(ConnectStep.Connect);
        var share = attempt.Within / addresses.Length;
        var refusals = new List<string>();
        for (var i = 0; i < addresses.Length; i++)
        {
            var isLast = i == addresses.Length - 1;
            var limit = LimitOf(attempt, isLast || share < TimeSpan.Zero ? null : share);
            using var turn = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, cancellationToken);
            try
            {
                var stream = await ConnectAsync(new IPEndPoint(addresses[i], attempt.Port), attempt.Host.Source, either.Token);
                attempt.Peer = addresses[i];
                return new DialledLine(stream, IPAddress.IsLoopback(addresses[i]), attempt);
            }
            catch (SocketException e)
            {
                refusals.Add($"connect to {addresses[i]}{(attempt.Host.Source is { } source ? $" from {source}" : "")}: {Reason(e)}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                refusals.Add(string.Create(CultureInfo.InvariantCulture, $"connect to {addresses[i]}: nothing within {limit?.TotalSeconds:0.#}s"));
            }
        }
        var more = refusals.Count > MostNamed ? $" and {refusals.Count - MostNamed} more" : "";
        throw new HostUnavailableException($"{string.Join("; ", refusals.Take(MostNamed))}{more}");
    }

    static async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, cancellationToken);
            if (addresses.Length > 0)
                return addresses;
        }
        // An address that cannot be a name at all is an ArgumentException.
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new HostUnavailableException($"resolve: {e.Message}", cause: e);
        }
        throw new HostUnavailableException("resolve: no addresses");
    }

    static async Task<DialledLine> DialSocketAsync(Attempt attempt, string path, CancellationToken cancellationToken)
    {
        attempt.Begin(ConnectStep.Connect);
        try
        {
            return new DialledLine(await ConnectAsync(new UnixDomainSocketEndPoint(path), null, cancellationToken), true, attempt);
        }
        catch (SocketException e) when (!File.Exists(path))
        {
            throw new HostUnavailableException("connect: there is no such file", cause: e);
        }
        // A path that no socket can have is an ArgumentException.
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new HostUnavailableException($"connect: {(e is SocketException refusal ? Reason(refusal) : "the path is too long for a Unix socket")}", cause: e);
        }
    }

    static TimeSpan? LimitOf(Attempt attempt, TimeSpan? share) =>
        attempt.Host.Timeouts.Connect is { } own && !(share < own) ? own : share;

    static async Task<Stream> ConnectAsync(EndPoint endPoint, IPAddress? source, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Without NoDelay a pipelined dialogue waits for the other side's delayed ACK, some 40 ms each time.
            if (endPoint is IPEndPoint)
                socket.NoDelay = true;
            if (source is not null)
                socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The framework adds the endpoint, which stands before it already.
    static string Reason(SocketException e) => new SocketException(e.ErrorCode).Message;
}
