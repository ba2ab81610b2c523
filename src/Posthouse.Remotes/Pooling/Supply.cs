using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Pooling;

/// <summary>Whom a failed connect was for; null = for nobody, to be ready.</summary>
delegate void ConnectFailed(RequestClass? requestClass, int shelf, long upTo, HostUnavailableException failure);

/// <summary>
/// The connections of a pool from their connect to their close, without regard to who waits for them. All but the tasks it starts runs
/// under the pool's lock.
/// </summary>
sealed class Supply<T> : IAsyncDisposable
    where T : HostConnection
{
    readonly RemoteHostOptions _host;
    readonly ConnectionSlots _slots;
    readonly Connector<T> _connector;
    readonly Breaker _breaker;
    readonly ILogger _logger;
    readonly WarmConnections _warm;
    readonly ConnectFailed _failed;
    readonly Action<int> _arrived;
    readonly Action<int> _gone;
    readonly Action _changed;

    /// <param name="host">Its limits and deadlines.</param>
    /// <param name="mainShelf">Where connections are kept warm from the start.</param>
    /// <param name="connector">Makes them.</param>
    /// <param name="services">What the pool takes from its host.</param>
    /// <param name="failed">Told of a connect that came to nothing.</param>
    /// <param name="arrived">Told of a shelf that a new one is on.</param>
    /// <param name="gone">Told of a shelf that one is leaving.</param>
    /// <param name="changed">Told last, of any change.</param>
    public Supply(
        RemoteHostOptions host, int? mainShelf, Connector<T> connector, PoolServices services,
        ConnectFailed failed, Action<int> arrived, Action<int> gone, Action changed)
    {
        _host = host;
        _connector = connector;
        _slots = services.Slots;
        _breaker = services.Breaker;
        _logger = services.Logger;
        _failed = failed;
        _arrived = arrived;
        _gone = gone;
        _changed = changed;
        Census = new Census(_slots);
        Idle = new IdleConnections<T>(_slots.Gate, services.Time, BeginClose, changed);
        _warm = new WarmConnections(host, mainShelf, services.Time, Wake);
    }

    public Census Census { get; }

    public IdleConnections<T> Idle { get; }

    /// <summary>Nothing more is made.</summary>
    public bool IsClosed { get; set; }

    /// <summary>A request came to this shelf, so some are kept warm there.</summary>
    public void Wanted(int shelf) => _warm.Wanted(shelf);

    /// <summary>Shelves a connection that a request is done with, or closes it.</summary>
    public void Keep(T connection)
    {
        if (connection.IsReusable)
        {
            connection.Pool();
            Idle.Push(connection);
        }
        else
        {
            BeginClose(connection);
        }
    }

    /// <summary>A free slot, or that of an idle connection on another shelf.</summary>
    public bool TryMakeRoom(int shelf, out T? outgoing)
    {
        outgoing = _slots.Taken < _host.Concurrency ? null : Idle.TakeOldestBut(shelf);
        return _slots.Taken < _host.Concurrency || outgoing is not null;
    }

    /// <param name="pass">The breaker's leave.</param>
    /// <param name="requestClass">For whom; null = for nobody, to be ready.</param>
    /// <param name="shelf">Where it belongs.</param>
    /// <param name="upTo">The waiter who came last.</param>
    /// <param name="outgoing">Leaves its slot to it.</param>
    public void BeginConnect(ConnectPass pass, RequestClass? requestClass, int shelf, long upTo, T? outgoing)
    {
        Census.BeginComing(shelf, outgoing?.Shelf);
        _ = OpenAsync(pass, requestClass, shelf, upTo, outgoing);
    }

    async Task OpenAsync(ConnectPass pass, RequestClass? requestClass, int shelf, long upTo, T? outgoing)
    {
        // The lock is held where this begins.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (outgoing is not null)
            await outgoing.CloseAsync();
        T? opened = null;
        HostUnavailableException? failure = null;
        try
        {
            opened = await _connector.OpenAsync(shelf, null, pass, _host.Timeout, CancellationToken.None);
        }
        catch (HostUnavailableException e)
        {
            failure = e;
        }
        lock (_slots.Gate)
        {
            Census.EndComing(shelf, opened is not null);
            if (opened is { IsReady: true })
            {
                Idle.Push(opened);
                _arrived(shelf);
            }
            else
            {
                // One that is of no use as soon as it is made is a failure too, or the next would be made at once, and so on.
                _warm.Failed();
                _failed(requestClass, shelf, upTo, failure ?? Useless(opened!));
                if (opened is not null)
                    BeginClose(opened);
            }
            _changed();
        }
    }

    HostUnavailableException Useless(T opened) => IsClosed
        ? _connector.OutOfService()
        : new HostUnavailableException(opened.IsBroken
            ? opened.Wire.BreakReason
            : "the host closed the connection or spoke unasked as soon as it was established");

    /// <summary>To be called where nobody waits, since those who do come first.</summary>
    public void KeepWarm()
    {
        if (IsClosed)
            return;
        for (var shelf = 0; shelf < Shelves.Count; shelf++)
        {
            while (_warm.IsShort(shelf, Idle.CountOn(shelf) + Census.ComingTo(shelf)) && _slots.Taken < _host.Concurrency && _breaker.TryBegin() is { } pass)
                BeginConnect(pass, null, shelf, 0, null);
        }
    }

    void BeginClose(T connection)
    {
        Census.BeginClosing(connection.Shelf);
        // One that went before it was used and before its time: the next would go the same way.
        if (connection.Requests == 0 && connection.RestLeft > TimeSpan.Zero && !IsClosed)
            _warm.Failed();
        _gone(connection.Shelf);
        _ = CloseAsync(connection);
    }

    async Task CloseAsync(T connection)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (connection.IsBroken)
            RemoteLog.ConnectionClosed(_logger, _host.Id, connection.Wire.BreakReason);
        await connection.CloseAsync();
        lock (_slots.Gate)
        {
            Census.EndClosing();
            _changed();
        }
    }

    void Wake()
    {
        lock (_slots.Gate)
            _changed();
    }

    public async ValueTask DisposeAsync()
    {
        await _warm.DisposeAsync();
        await Idle.DisposeAsync();
    }
}
