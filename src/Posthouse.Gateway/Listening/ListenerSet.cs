using System.Net;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Listening;

/// <summary>The open listeners, by id. Each is opened and closed on its own while the others go on.</summary>
public sealed class ListenerSet(ListeningServices services) : IAsyncDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<string, OpenListener> _open = new(StringComparer.Ordinal);
    readonly AddressCounts _addresses = new();

    /// <summary>What is bound, by listener id; a bind to port 0 shows the port that the system gave.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> Endpoints
    {
        get
        {
            lock (_lock)
                return _open.ToDictionary(pair => pair.Key, pair => pair.Value.Endpoints, StringComparer.Ordinal);
        }
    }

    /// <summary>
    /// Binds a listener and begins to accept. Throws <see cref="IOException"/> where an address cannot be had, with nothing left open, and
    /// <see cref="NotSupportedException"/> for the http protocol, which is not served here.
    /// </summary>
    public async Task OpenAsync(ListenerModel listener, ClientHandler handler, CancellationToken cancellationToken)
    {
        if (listener.Protocol == ListenerProtocol.Http)
            throw new NotSupportedException($"server.listener.{listener.Id}: protocol \"http\" is not served yet.");
        lock (_lock)
        {
            if (_open.ContainsKey(listener.Id))
                throw new InvalidOperationException($"server.listener.{listener.Id} is already open.");
        }

        var opened = await OpenListener.OpenAsync(listener, handler, services, _addresses, cancellationToken).ConfigureAwait(false);
        lock (_lock)
            _open.Add(listener.Id, opened);
    }

    /// <summary>
    /// Stops accepting, tells the listener's sessions to end between two commands, and waits for them until the token fires; those that are
    /// left then are cut off. An id that is not open is no error.
    /// </summary>
    public async Task CloseAsync(string id, CancellationToken patience)
    {
        OpenListener? listener;
        lock (_lock)
        {
            if (!_open.Remove(id, out listener))
                return;
        }

        await listener.CloseAsync(patience).ConfigureAwait(false);
    }

    /// <summary>Closes all of them at once, in the same way.</summary>
    public Task CloseAllAsync(CancellationToken patience)
    {
        List<string> ids;
        lock (_lock)
            ids = [.. _open.Keys];
        return Task.WhenAll(ids.Select(id => CloseAsync(id, patience)));
    }

    /// <summary>Cuts everything off.</summary>
    public async ValueTask DisposeAsync() => await CloseAllAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
}
