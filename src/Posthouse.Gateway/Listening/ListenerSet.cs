using System.Net;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Listening;

/// <summary>
/// What is listening. A new set of listeners takes over from the one before: an address that both have stays bound, whichever listener it
/// belongs to; one that is gone accepts no more, while the sessions that came in by it go on to their own end.
/// </summary>
public sealed class ListenerSet(ListeningServices services) : IAsyncDisposable
{
    readonly Lock _lock = new();
    readonly ILogger _logger = services.Loggers.CreateLogger<ListenerSet>();
    readonly AddressCounts _addresses = new();
    readonly ClientPlaces _places = new(services.MostClients);
    readonly HashSet<OpenSocket> _leaving = [];
    List<ServedSocket> _open = [];
    bool _closed;

    /// <summary>What is bound, by listener id; a bind to port 0 shows the port that the system gave.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> Endpoints
    {
        get
        {
            lock (_lock)
                return ById(_open);
        }
    }

    /// <summary>
    /// Binds what these listeners lack and changes nothing else yet. One preparation at a time. Throws <see cref="IOException"/> where an
    /// address cannot be had, with nothing new left open, and <see cref="NotSupportedException"/> for the http protocol, which is not served here.
    /// </summary>
    public async Task<PreparedListeners> PrepareAsync(IReadOnlyList<ListenerModel> listeners, ClientHandler handler, CancellationToken cancellationToken)
    {
        List<ServedSocket> free, next = [];
        lock (_lock)
            free = [.. _open];
        List<OpenSocket> bound = [];
        try
        {
            foreach (var listener in listeners)
            {
                if (listener.Protocol == ListenerProtocol.Http)
                    throw new NotSupportedException($"server.listener.{listener.Id}: protocol \"http\" is not served yet.");
                var runner = new ConnectionRunner(listener, handler, services, _places, _addresses, _logger);
                foreach (var address in listener.Bind)
                {
                    // A port of the system's choice is another at each bind: only the listener itself keeps it.
                    var at = free.FindIndex(open => open.Socket.Asked.Equals(address) && (address.Port != 0 || open.Id == listener.Id));
                    OpenSocket socket;
                    if (at < 0)
                    {
                        socket = await BindAsync(listener, address, cancellationToken).ConfigureAwait(false);
                        bound.Add(socket);
                    }
                    else
                    {
                        socket = free[at].Socket;
                        free.RemoveAt(at);
                    }
                    next.Add(new(listener.Id, socket, runner));
                }
            }
        }
        catch
        {
            await CloseAsync(bound, new CancellationToken(canceled: true)).ConfigureAwait(false);
            throw;
        }
        return new PreparedListeners(bound, () => TakeOver(next));
    }

    /// <summary>
    /// Stops accepting, tells the sessions to end between two commands, those of closed listeners too, and waits for them until the token
    /// fires; those that are left then are cut off.
    /// </summary>
    public Task CloseAllAsync(CancellationToken patience)
    {
        List<OpenSocket> all;
        lock (_lock)
        {
            foreach (var id in ById(_open).Keys)
                ListeningLog.Closed(_logger, id);
            all = [.. _open.Select(static open => open.Socket), .. _leaving];
            _open = [];
            _leaving.Clear();
            _closed = true;
        }
        return CloseAsync(all, patience);
    }

    /// <summary>Cuts everything off.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAllAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _places.Dispose();
    }

    internal static Task CloseAsync(IEnumerable<OpenSocket> sockets, CancellationToken patience) =>
        Task.WhenAll(sockets.Select(socket => socket.CloseAsync(patience)));

    async Task<OpenSocket> BindAsync(ListenerModel listener, IPEndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenSocket.BindAsync(listener, address, services, _places, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            IPEndPoint? ours;
            lock (_lock)
                ours = _open.Find(open => open.Socket.Endpoint.Overlaps(address))?.Socket.Endpoint;
            // Nothing is given up before all is bound, or a refusal would leave fewer listeners than there were.
            throw ours is null ? e : new IOException($"{e.Message}; {ours}, where the gateway listens now, is in the way: that takes a restart", e);
        }
    }

    bool TakeOver(List<ServedSocket> next)
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            var before = ById(_open);
            var after = ById(next);
            foreach (var gone in _open.Select(static open => open.Socket).Except(next.Select(static open => open.Socket)))
            {
                _leaving.Add(gone);
                _ = LeaveAsync(gone);
            }
            _open = next;
            foreach (var (_, socket, runner) in next)
                socket.Serve(runner);
            foreach (var (id, endpoints) in after)
                if (!before.TryGetValue(id, out var old) || !old.SequenceEqual(endpoints))
                    ListeningLog.Opened(_logger, id, endpoints);
            foreach (var id in before.Keys.Where(id => !after.ContainsKey(id)))
                ListeningLog.Closed(_logger, id);
            return true;
        }
    }

    async Task LeaveAsync(OpenSocket socket)
    {
        await socket.UnbindAsync().ConfigureAwait(false);
        await socket.Emptied().ConfigureAwait(false);
        // Otherwise a close of all has taken it over.
        bool isOurs;
        lock (_lock)
            isOurs = !_closed && _leaving.Remove(socket);
        if (isOurs)
            await socket.CloseAsync(CancellationToken.None).ConfigureAwait(false);
    }

    static Dictionary<string, IReadOnlyList<IPEndPoint>> ById(List<ServedSocket> sockets) => sockets
        .GroupBy(static open => open.Id, StringComparer.Ordinal)
        .ToDictionary(static group => group.Key, static group => (IReadOnlyList<IPEndPoint>)[.. group.Select(static open => open.Socket.Endpoint)], StringComparer.Ordinal);

    sealed record ServedSocket(string Id, OpenSocket Socket, ConnectionRunner Runner);
}
