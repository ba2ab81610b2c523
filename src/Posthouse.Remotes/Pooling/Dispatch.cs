using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// Brings those who wait and the connections together, and has connections made and closed. All but the tasks it starts runs under the
/// pool's lock.
/// <para>Invariants, asserted in Debug:</para>
/// <para>
/// (1) Every connection holds one slot from before its connect until after its close; there are never more than
/// <c>concurrency</c>, those of an older pool that a reload drains included. (2) Established = idle + busy + being tidied. (3) A
/// waiter is served by whichever connection is ready first, and one that leaves takes no connect with it; only a request that
/// must have a connection of its own makes it, in a slot that it waited for. (4) A connect is begun only for a waiter that no
/// connect under way or just refused covers, or to keep some warm, and only with the breaker's leave. (5) Idle connections have
/// one read pending; where it ends, the connection is dead. (6) A connection that is in nobody's hands and not idle is being
/// tidied or closing. (7) A failed connect fails nobody whom another connection of the shelf, up or coming, may still serve. (8)
/// Nobody waits for what the breaker does not let begin.
/// </para>
/// </summary>
sealed class Dispatch<T> : IAsyncDisposable
    where T : HostConnection
{
    readonly RemoteHostOptions _host;
    readonly ConnectionSlots _slots;
    readonly Connector<T> _connector;
    readonly Breaker _breaker;
    readonly ILogger _logger;
    readonly Shelves _shelves;
    readonly WarmConnections _warm;

    // Rings when the breaker lets somebody try again, since nothing else may happen then.
    readonly Alarm _alarm;
    readonly Refusals _refusals = new();
    readonly Func<RequestClass, bool> _canBeHelped;
    readonly Action _serve;
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _isClosed;

    public Dispatch(RemoteHostOptions host, Shelves shelves, Connector<T> connector, PoolServices services)
    {
        _host = host;
        _shelves = shelves;
        _connector = connector;
        _slots = services.Slots;
        _breaker = services.Breaker;
        _logger = services.Logger;
        _canBeHelped = CanBeHelped;
        _serve = Serve;
        Census = new Census(_slots);
        Waiters = new WaitingLine<T>(host.Concurrency);
        Idle = new IdleConnections<T>(_slots.Gate, services.Time, BeginClose, Changed);
        _warm = new WarmConnections(host, shelves.Main, services.Time, Wake);
        _alarm = new Alarm(services.Time, TryAgain);
    }

    public Census Census { get; }

    public WaitingLine<T> Waiters { get; }

    public IdleConnections<T> Idle { get; }

    /// <summary>Ends when nothing is left after <see cref="Close"/>.</summary>
    public Task Drained => _drained.Task;

    public PoolCounts Count(long opened) => new(
        Idle.Count, Census.Established - Idle.Count, Census.Coming + Census.Replacing, Census.Closing,
        (Waiters.CountOf(RequestClass.Login), Waiters.CountOf(RequestClass.Check), Waiters.CountOf(RequestClass.Relay)), opened);

    public void Open()
    {
        _slots.Join(_serve);
        Serve();
    }

    /// <summary>Nothing more is opened, and what is idle is closed.</summary>
    public void Close()
    {
        _isClosed = true;
        Changed();
    }

    /// <summary>The short way: one is ready and nobody is in front.</summary>
    public T? TryTakeIdle(RequestClass requestClass)
    {
        var shelf = _shelves.Of(requestClass);
        if (Waiters.Count > 0 || _shelves.IsExclusive(requestClass) || !Idle.TryPop(shelf, out var ready))
            return null;
        Waiters.Begin(requestClass);
        _warm.Wanted(shelf);
        KeepWarm();
        return ready;
    }

    /// <summary>Why the latest connect failed for whom other connections are left to wait for; null = none did.</summary>
    public HostUnavailableException? LatestRefusal(RequestClass requestClass) => _refusals.LatestOn(_shelves.Of(requestClass));

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

    /// <summary>Every change of state ends here.</summary>
    public void Changed()
    {
        Serve();
        _slots.TellOthers(_serve);
    }

    public async ValueTask DisposeAsync()
    {
        await _alarm.DisposeAsync();
        await _warm.DisposeAsync();
        await Idle.DisposeAsync();
    }

    void Wake()
    {
        lock (_slots.Gate)
            Changed();
    }

    /// <summary>
    /// The breaker lets one try: whoever waits for a busy connection because a connect was refused may have one of its own now.
    /// </summary>
    void TryAgain()
    {
        lock (_slots.Gate)
        {
            for (var shelf = 0; shelf < Shelves.Count; shelf++)
                _refusals.Limit(shelf, 0);
            Changed();
        }
    }

    int WaitingFor(int shelf)
    {
        var waiting = 0;
        for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
            waiting += _shelves.Serves(shelf, each) ? Waiters.CountOf(each) : 0;
        return waiting;
    }

    /// <summary>Brings waiters and connections together until nobody can be helped further.</summary>
    void Serve()
    {
        for (var shelf = 0; shelf < Shelves.Count; shelf++)
            _refusals.Limit(shelf, HasHope(shelf) ? WaitingFor(shelf) : 0);
        while (Waiters.Next(_canBeHelped) is { } next && TryHelp(next))
        {
        }
        FailHopeless();
        KeepWarm();
        if ((Waiters.Count > 0 || _host.Limits.Warm > 0) && _breaker.ClosedFor is { } left)
            _alarm.Set(left);
        if (_isClosed)
            Drain();
        Idle.Settle();
        Census.Check(_host.Concurrency, Waiters.BusyCount, Idle.Count);
    }

    bool CanBeHelped(RequestClass requestClass)
    {
        if (_shelves.IsExclusive(requestClass))
            return !_isClosed && _breaker.MayBegin;
        var shelf = _shelves.Of(requestClass);
        return Idle.CountOn(shelf) > 0 || WantsConnect(shelf);
    }

    bool HasHope(int shelf) => Census.EstablishedOn(shelf) + Census.ComingTo(shelf) > 0;

    bool WantsConnect(int shelf) =>
        !_isClosed && WaitingFor(shelf) > Census.ComingTo(shelf) + _refusals.Covered(shelf) && _breaker.MayBegin;

    /// <summary>False: all slots are taken, and nobody idle can leave one.</summary>
    bool TryHelp(RequestClass next)
    {
        var shelf = _shelves.Of(next);
        if (_shelves.IsExclusive(next))
        {
            if (!TryMakeRoom(-1, out var outgoing))
                return false;
            Census.BeginReplacing(outgoing?.Shelf);
            Waiters.Take(next).Serve(new Grant<T>(null, outgoing));
            return true;
        }
        if (Idle.TryPop(shelf, out var connection))
        {
            _warm.Wanted(shelf);
            Waiters.Take(next).Serve(new Grant<T>(connection));
            return true;
        }
        return !WantsConnect(shelf) || TryBeginConnect(next, shelf);
    }

    /// <summary>A free slot, or that of an idle connection on another shelf.</summary>
    bool TryMakeRoom(int shelf, out T? outgoing)
    {
        outgoing = _slots.Taken < _host.Concurrency ? null : Idle.TakeOldestBut(shelf);
        return _slots.Taken < _host.Concurrency || outgoing is not null;
    }

    bool TryBeginConnect(RequestClass requestClass, int shelf)
    {
        if (!TryMakeRoom(shelf, out var outgoing))
            return false;
        _warm.Wanted(shelf);
        BeginConnect(requestClass, shelf, outgoing);
        return true;
    }

    void BeginConnect(RequestClass? requestClass, int shelf, T? outgoing)
    {
        Census.BeginComing(shelf, outgoing?.Shelf);
        _ = OpenAsync(requestClass, shelf, _breaker.TryBegin(), Waiters.LatestNumber, outgoing);
    }

    async Task OpenAsync(RequestClass? requestClass, int shelf, ConnectPass? pass, long upTo, T? outgoing)
    {
        // The lock is held where this begins.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (outgoing is not null)
            await outgoing.CloseAsync();
        T? opened = null;
        HostUnavailableException? failure = null;
        try
        {
            opened = await _connector.OpenAsync(shelf, null, pass ?? throw _breaker.Refusal(), _host.Timeout, CancellationToken.None);
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
                _refusals.Forget(shelf);
                Idle.Push(opened);
            }
            else
            {
                // One that is of no use as soon as it is made is a failure too, or the next would be made at once, and so on.
                Fail(requestClass, shelf, upTo, failure ?? Useless(opened!));
                if (opened is not null)
                    BeginClose(opened);
            }
            Changed();
        }
    }

    HostUnavailableException Useless(T opened) => _isClosed
        ? _connector.OutOfService()
        : new HostUnavailableException(opened.IsBroken
            ? opened.Wire.BreakReason
            : "the host closed the connection or spoke unasked as soon as it was established");

    /// <summary>
    /// Tells a failed connect to those it leaves without hope. While another connection of the shelf is up or coming, all wait for that
    /// one, unless our own definition is wrong, which no waiting mends: then one waiter hears it. Without one, all who came before the
    /// connect began would only meet the same failure later.
    /// </summary>
    void Fail(RequestClass? requestClass, int shelf, long upTo, HostUnavailableException failure)
    {
        _warm.Failed();
        if (HasHope(shelf) && (failure.Blame != Blame.Definition || requestClass is null))
            _refusals.Cover(shelf, WaitingFor(shelf) - Census.ComingTo(shelf), failure);
        else if (Census.EstablishedOn(shelf) > 0)
            Waiters.Fail(requestClass!.Value, upTo, 1, failure);
        else
            FailShelf(shelf, upTo, failure);
    }

    void FailShelf(int shelf, long upTo, HostUnavailableException failure)
    {
        for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
        {
            if (_shelves.Serves(shelf, each))
                Waiters.Fail(each, upTo, int.MaxValue, failure);
        }
    }

    /// <summary>
    /// Those for whom no connection is up or coming, and none may begin; who needs one of its own has nothing to hope for from
    /// others.
    /// </summary>
    void FailHopeless()
    {
        if (Waiters.Count == 0 || ((_breaker.MayBegin || _breaker.IsProbing) && !_isClosed))
            return;
        for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
        {
            if (_shelves.IsExclusive(each))
                Waiters.Fail(each, long.MaxValue, int.MaxValue, _isClosed ? _connector.OutOfService() : _breaker.Refusal());
        }
        if (_isClosed)
            return;
        for (var shelf = 0; shelf < Shelves.Count; shelf++)
        {
            if (WaitingFor(shelf) > 0 && !HasHope(shelf))
                FailShelf(shelf, long.MaxValue, _breaker.Refusal());
        }
    }

    void KeepWarm()
    {
        // Those who wait come first.
        if (_isClosed || Waiters.Count > 0)
            return;
        for (var shelf = 0; shelf < Shelves.Count; shelf++)
        {
            while (_warm.IsShort(shelf, Idle.CountOn(shelf) + Census.ComingTo(shelf)) && _slots.Taken < _host.Concurrency && _breaker.MayBegin)
                BeginConnect(null, shelf, null);
        }
    }

    void BeginClose(T connection)
    {
        Census.BeginClosing(connection.Shelf);
        // One that went before it was used and before its time: the next would go the same way.
        if (connection.Requests == 0 && connection.RestLeft > TimeSpan.Zero && !_isClosed)
            _warm.Failed();
        // What goes leaves room for another.
        _refusals.Uncover(connection.Shelf);
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
            Changed();
        }
    }

    void Drain()
    {
        Idle.DiscardWhere(_ => true);
        if (Waiters.BusyCount == 0 && Census is { Coming: 0, Tidying: 0 })
        {
            for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
                Waiters.Fail(each, long.MaxValue, int.MaxValue, _connector.OutOfService());
        }
        if (Census.Total == 0 && _drained.TrySetResult())
            _slots.Leave(_serve);
    }
}
