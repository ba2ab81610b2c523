using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Health;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// Brings those who wait and the connections together, and has <see cref="Supply{T}"/> make more where that helps. All but the tasks it starts runs under the
/// pool's lock.
/// <para>Invariants, asserted in Debug:</para>
/// <para>
/// (1) Every connection holds one slot from before its connect until after its close; there are never more than
/// <c>concurrency</c>, those of an older pool that a reload drains included. (2) Established = idle + busy + being tidied. (3) A
/// waiter is served by whichever connection is ready first, and one that leaves takes no connect with it; only a request that
/// must have a connection of its own makes it, in a slot that it waited for. (4) A connect is begun only for a waiter that no
/// connect under way covers, while none was just refused, or to keep some warm, and only with the breaker's leave. (5) Idle
/// connections have one read pending; where it ends, the connection is dead. (6) A connection that is in nobody's hands and not idle is being
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
    readonly Shelves _shelves;

    // Rings when the breaker lets somebody try again, since nothing else may happen then.
    readonly Alarm _alarm;
    readonly Refusals _refusals;
    readonly Func<RequestClass, bool> _canBeHelped;
    readonly Action _serve;
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Dispatch(RemoteHostOptions host, Shelves shelves, Connector<T> connector, PoolServices services)
    {
        _host = host;
        _shelves = shelves;
        _connector = connector;
        _slots = services.Slots;
        _breaker = services.Breaker;
        _canBeHelped = CanBeHelped;
        _serve = Serve;
        Waiters = new WaitingLine<T>(host.Concurrency);
        _refusals = new Refusals(services.Time, host.Breaker.Cooldown, Wake);
        // What goes leaves room for another.
        Supply = new Supply<T>(host, shelves.Main, connector, services, Fail, _refusals.Worked, _refusals.Resume, Changed);
        _alarm = new Alarm(services.Time, TryAgain);
    }

    public WaitingLine<T> Waiters { get; }

    public Supply<T> Supply { get; }

    /// <summary>Ends when nothing is left after <see cref="Close"/>.</summary>
    public Task Drained => _drained.Task;

    public PoolCounts Count(long opened) => new(
        Supply.Idle.Count, Supply.Census.Established - Supply.Idle.Count, Supply.Census.Coming + Supply.Census.Replacing, Supply.Census.Closing,
        (Waiters.CountOf(RequestClass.Login), Waiters.CountOf(RequestClass.Check), Waiters.CountOf(RequestClass.Relay)), opened);

    public void Open()
    {
        _slots.Join(_serve);
        Serve();
    }

    /// <summary>Nothing more is opened, and what is idle is closed.</summary>
    public void Close()
    {
        Supply.IsClosed = true;
        Changed();
    }

    /// <summary>The short way: one is ready and nobody is in front.</summary>
    public T? TryTakeIdle(RequestClass requestClass)
    {
        var shelf = _shelves.Of(requestClass);
        if (Waiters.Count > 0 || _shelves.IsExclusive(requestClass) || !Supply.Idle.TryPop(shelf, out var ready))
            return null;
        Waiters.Begin(requestClass);
        Supply.Wanted(shelf);
        Supply.KeepWarm();
        return ready;
    }

    /// <summary>Why the latest connect failed for whom other connections are left to wait for; null = none did.</summary>
    public HostUnavailableException? LatestRefusal(RequestClass requestClass) => _refusals.LatestOn(_shelves.Of(requestClass));

    /// <summary>Every change of state ends here.</summary>
    public void Changed()
    {
        Serve();
        _slots.TellOthers(_serve);
    }

    public async ValueTask DisposeAsync()
    {
        await _alarm.DisposeAsync();
        await _refusals.DisposeAsync();
        await Supply.DisposeAsync();
    }

    /// <summary>
    /// The breaker lets one try: whoever waits for a busy connection because a connect was refused may have one of its own now.
    /// </summary>
    void TryAgain()
    {
        lock (_slots.Gate)
        {
            for (var shelf = 0; shelf < Shelves.Count; shelf++)
                _refusals.Resume(shelf);
            Changed();
        }
    }

    void Wake()
    {
        lock (_slots.Gate)
            Changed();
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
        {
            if (!HasHope(shelf))
                _refusals.Resume(shelf);
        }
        while (Waiters.Next(_canBeHelped) is { } next && TryHelp(next))
        {
        }
        FailHopeless();
        if (Waiters.Count == 0)
            Supply.KeepWarm();
        if ((Waiters.Count > 0 || _host.Limits.Warm > 0) && _breaker.ClosedFor is { } left)
            _alarm.Set(left);
        if (Supply.IsClosed)
            Drain();
        Supply.Idle.Settle();
        Supply.Census.Check(_host.Concurrency, Waiters.BusyCount, Supply.Idle.Count);
    }

    bool CanBeHelped(RequestClass requestClass)
    {
        if (_shelves.IsExclusive(requestClass))
            return !Supply.IsClosed && _breaker.MayBegin;
        var shelf = _shelves.Of(requestClass);
        return Supply.Idle.CountOn(shelf) > 0 || WantsConnect(shelf);
    }

    bool HasHope(int shelf) => Supply.Census.EstablishedOn(shelf) + Supply.Census.ComingTo(shelf) > 0;

    bool WantsConnect(int shelf) =>
        !Supply.IsClosed && WaitingFor(shelf) > Supply.Census.ComingTo(shelf) && _refusals.MayConnect(shelf, Supply.Census.ComingTo(shelf))
        && _breaker.MayBegin;

    /// <summary>False: all slots are taken, and nobody idle can leave one.</summary>
    bool TryHelp(RequestClass next)
    {
        var shelf = _shelves.Of(next);
        if (_shelves.IsExclusive(next))
        {
            if (!Supply.TryMakeRoom(-1, out var outgoing))
                return false;
            Supply.Census.BeginReplacing(outgoing?.Shelf);
            Waiters.Take(next).Serve(new Grant<T>(null, outgoing));
            return true;
        }
        if (Supply.Idle.TryPop(shelf, out var connection))
        {
            Supply.Wanted(shelf);
            Waiters.Take(next).Serve(new Grant<T>(connection));
            return true;
        }
        return !WantsConnect(shelf) || TryBeginConnect(next, shelf);
    }

    bool TryBeginConnect(RequestClass requestClass, int shelf)
    {
        // The breaker is the host's, and a pool that a reload drains may have had its leave a moment ago.
        if (_breaker.TryBegin() is not { } pass)
            return false;
        if (!Supply.TryMakeRoom(shelf, out var outgoing))
        {
            _breaker.GivenUp(pass);
            return false;
        }
        Supply.Wanted(shelf);
        Supply.BeginConnect(pass, requestClass, shelf, Waiters.LatestNumber, outgoing);
        return true;
    }

    /// <summary>
    /// Tells a failed connect to those it leaves without hope. While another connection of the shelf is up or coming, all wait for that
    /// one, unless our own definition is wrong, which no waiting mends: then one waiter hears it. Without one, all who came before the
    /// connect began would only meet the same failure later.
    /// </summary>
    void Fail(RequestClass? requestClass, int shelf, long upTo, HostUnavailableException failure)
    {
        if (HasHope(shelf) && (failure.Blame != Blame.Definition || requestClass is null))
            _refusals.Rest(shelf, failure);
        else if (Supply.Census.EstablishedOn(shelf) > 0)
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
        if (Waiters.Count == 0 || ((_breaker.MayBegin || _breaker.IsProbing) && !Supply.IsClosed))
            return;
        for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
        {
            if (_shelves.IsExclusive(each))
                Waiters.Fail(each, long.MaxValue, int.MaxValue, Supply.IsClosed ? _connector.OutOfService() : _breaker.Refusal());
        }
        if (Supply.IsClosed)
            return;
        for (var shelf = 0; shelf < Shelves.Count; shelf++)
        {
            if (WaitingFor(shelf) > 0 && !HasHope(shelf))
                FailShelf(shelf, long.MaxValue, _breaker.Refusal());
        }
    }

    void Drain()
    {
        Supply.Idle.DiscardWhere(_ => true);
        if (Waiters.BusyCount == 0 && Supply.Census is { Coming: 0, Tidying: 0 })
        {
            for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
                Waiters.Fail(each, long.MaxValue, int.MaxValue, _connector.OutOfService());
        }
        if (Supply.Census.Total == 0 && _drained.TrySetResult())
            _slots.Leave(_serve);
    }
}
