using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// The connections to one host, shared by all that is asked of it.
/// <para>Invariants, all under <see cref="_gate"/> and asserted in Debug:</para>
/// <para>
/// (1) Every connection holds one slot from before its connect until after its close; slots = coming + replacing + established +
/// closing, never more than <c>concurrency</c>. (2) Established = idle + busy. (3) The pool owns its connects: a waiter is served by whichever
/// connection is ready first, and one that leaves takes no connect with it. (4) A connect is begun only for a waiter that no connect
/// under way or just refused covers. (5) Idle connections have one read pending; where it ends, the connection is dead. (6) A connection that is in
/// nobody's hands and not idle is closing. (7) A failed connect fails nobody whom another connection of the kind, up or coming, may still serve.
/// </para>
/// </summary>
sealed class ConnectionPool<T> : IConnectionPool
    where T : HostConnection
{
    readonly Lock _gate = new();
    readonly RemoteHostOptions _host;
    readonly Connector<T> _connector;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly WaitingLine<T> _waiters;
    readonly IdleConnections<T> _idle;
    readonly int[] _coming = new int[2];
    readonly int[] _established = new int[2];

    // So many waiters begin no connect: one failed, and they wait for the connections that are up or coming, since a host that has just
    // refused one connection is not to be asked for as many as there are waiters. The failure is kept for the text of a wait in vain.
    readonly int[] _refused = new int[2];
    readonly HostUnavailableException?[] _refusal = new HostUnavailableException?[2];
    readonly Func<RequestClass, bool> _canBeHelped;
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _replacing;
    int _closing;
    long _waiterNumber;
    bool _isDisposed;

    /// <param name="host">Its limits and deadlines.</param>
    /// <param name="connect">Makes a connection ready for requests; fails with <see cref="HostUnavailableException"/>.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Where failures are told.</param>
    public ConnectionPool(RemoteHostOptions host, Func<ConnectionKind, CancellationToken, Task<T>> connect, TimeProvider time, ILogger logger)
    {
        _host = host;
        _connector = new Connector<T>(host, connect, time, logger);
        _canBeHelped = CanBeHelped;
        _time = time;
        _logger = logger;
        _waiters = new WaitingLine<T>(host.Concurrency);
        _idle = new IdleConnections<T>(_gate, time, BeginClose, Serve);
    }

    int Slots => _coming[0] + _coming[1] + _replacing + _established[0] + _established[1] + _closing;

    public PoolCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return new PoolCounts(_idle.Count, Slots - _idle.Count, _waiters.Count, _connector.Opened);
            }
        }
    }

    /// <summary>
    /// Runs a request on a connection. A connection out of the pool that turns out to be dead is replaced, and the request runs once
    /// more on a fresh one; the request itself says by <see cref="ConnectionLostException"/> that this is safe.
    /// </summary>
    public Task<TResult> UseAsync<TResult>(RequestClass requestClass, Func<T, Task<TResult>> request, CancellationToken cancellationToken) =>
        UseAsync(requestClass, request, _host.Timeout, cancellationToken);

    /// <summary>The same, where a part of the patience is spent already.</summary>
    public async Task<TResult> UseAsync<TResult>(
        RequestClass requestClass, Func<T, Task<TResult>> request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var lease = await RentAsync(requestClass, patience, cancellationToken);
        try
        {
            return await request(lease.Connection);
        }
        catch (ConnectionLostException e) when (lease.Connection.IsPooled)
        {
            RemoteLog.AskedAfresh(_logger, _host.Id, e.Message);
        }
        await lease.ReplaceAsync(cancellationToken);
        return await request(lease.Connection);
    }

    /// <summary>Waits for a connection, connecting included.</summary>
    public async ValueTask<Lease<T>> RentAsync(RequestClass requestClass, TimeSpan patience, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter<T> waiter;
        LinkedListNode<Waiter<T>> place;
        lock (_gate)
        {
            if (_isDisposed)
                throw _connector.OutOfService();
            waiter = new Waiter<T>(requestClass, ++_waiterNumber);
            place = _waiters.Add(waiter);
            Serve();
        }
        if (waiter.Connection.IsCompletedSuccessfully)
            return new Lease<T>(this, await waiter.Connection, requestClass, patience);

        var start = _time.GetTimestamp();
        using var limit = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var connection = await waiter.Connection.WaitAsync(either.Token);
            return new Lease<T>(this, connection, requestClass, patience - _time.GetElapsedTime(start));
        }
        catch (OperationCanceledException)
        {
            await LeaveAsync(waiter, place);
            cancellationToken.ThrowIfCancellationRequested();
            var refusal = _refusal[(int)KindOf(requestClass)] is { } latest ? $"; the latest connect failed: {latest.Message}" : "";
            throw new HostUnavailableException(
                $"no connection within {_host.Name("timeout", _host.Timeout)}; {_host.Name("concurrency")} is {_host.Concurrency}{refusal}");
        }
    }

    /// <summary>Gives up a wait; a connection that was handed over in the same moment goes back.</summary>
    async Task LeaveAsync(Waiter<T> waiter, LinkedListNode<Waiter<T>> place)
    {
        lock (_gate)
        {
            if (WaitingLine<T>.Remove(place))
            {
                Serve();
                return;
            }
        }
        if (waiter.Connection.IsCompletedSuccessfully)
            Return(await waiter.Connection, waiter.Class);
    }

    /// <summary>Takes a connection back from a lease.</summary>
    public void Return(T connection, RequestClass requestClass)
    {
        connection.LeaveRequest();
        lock (_gate)
        {
            _waiters.Release(requestClass);
            if (connection.IsReusable)
            {
                connection.Pool();
                _idle.Push(connection);
            }
            else
            {
                BeginClose(connection);
            }
            Serve();
        }
    }

    /// <summary>A fresh connection in the slot of a lease's dead one.</summary>
    public async Task<T> ReplaceAsync(Lease<T> lease, CancellationToken cancellationToken)
    {
        var dead = lease.Connection;
        dead.LeaveRequest();
        dead.Wire.Break("replaced");
        await dead.CloseAsync();
        lock (_gate)
        {
            _established[(int)dead.Kind]--;
            _replacing++;
        }
        T? fresh = null;
        try
        {
            return fresh = await _connector.OpenAsync(dead.Kind, lease.PatienceLeft, cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _replacing--;
                if (fresh is null)
                    _waiters.Release(lease.Class);
                else
                    _established[(int)dead.Kind]++;
                Serve();
            }
        }
    }

    ConnectionKind KindOf(RequestClass requestClass) =>
        requestClass != RequestClass.Login && _host.Auth is not null ? ConnectionKind.LoggedIn : ConnectionKind.Anonymous;

    int WaitingFor(ConnectionKind kind)
    {
        var waiting = 0;
        for (var requestClass = RequestClass.Login; requestClass <= RequestClass.Relay; requestClass++)
            waiting += KindOf(requestClass) == kind ? _waiters.CountOf(requestClass) : 0;
        return waiting;
    }

    /// <summary>Brings waiters and connections together until nobody can be helped further. Every change of state ends here.</summary>
    void Serve()
    {
        for (var kind = 0; kind < 2; kind++)
            _refused[kind] = HasHope((ConnectionKind)kind) ? Math.Min(_refused[kind], WaitingFor((ConnectionKind)kind)) : 0;
        while (_waiters.Next(_canBeHelped) is { } next)
        {
            var kind = KindOf(next);
            if (_idle.TryPop(kind, out var connection))
                _waiters.Take(next).Serve(connection);
            else if (WantsConnect(kind) && !TryBeginConnect(next, kind))
                break;
        }
        if (_isDisposed)
            Drain();
        _idle.Settle();
        CheckInvariants();
    }

    bool CanBeHelped(RequestClass requestClass)
    {
        var kind = KindOf(requestClass);
        return _idle.CountOf(kind) > 0 || WantsConnect(kind);
    }

    bool HasHope(ConnectionKind kind) => _established[(int)kind] + _coming[(int)kind] > 0;

    bool WantsConnect(ConnectionKind kind) => WaitingFor(kind) > _coming[(int)kind] + _refused[(int)kind];

    /// <summary>Begins a connect in a free slot, or in that of an idle connection of the other kind. False: all slots are taken.</summary>
    bool TryBeginConnect(RequestClass requestClass, ConnectionKind kind)
    {
        T? outgoing = null;
        if (_isDisposed)
            return false;
        if (Slots >= _host.Concurrency)
        {
            if (!_idle.TryTakeOldest((ConnectionKind)(1 - (int)kind), out outgoing))
                return false;
            _established[(int)outgoing.Kind]--;
        }
        _coming[(int)kind]++;
        _ = OpenAsync(requestClass, kind, _waiterNumber, outgoing);
        return true;
    }

    async Task OpenAsync(RequestClass requestClass, ConnectionKind kind, long upTo, T? outgoing)
    {
        // The lock is held where this begins.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (outgoing is not null)
            await outgoing.CloseAsync();
        T? opened = null;
        HostUnavailableException? failure = null;
        try
        {
            opened = await _connector.OpenAsync(kind, _host.Timeout, CancellationToken.None);
        }
        catch (HostUnavailableException e)
        {
            failure = e;
        }
        lock (_gate)
        {
            _coming[(int)kind]--;
            if (opened is not null)
            {
                _established[(int)kind]++;
                _refusal[(int)kind] = null;
                _idle.Push(opened);
            }
            else
            {
                Fail(requestClass, kind, upTo, failure!);
            }
            Serve();
        }
    }

    /// <summary>
    /// Tells a failed connect to those it leaves without hope. While another connection of the kind is up or coming, all wait for that
    /// one, unless our own definition is wrong, which no waiting mends: then one waiter hears it. Without one, all who came before the
    /// connect began would only meet the same failure later.
    /// </summary>
    void Fail(RequestClass requestClass, ConnectionKind kind, long upTo, HostUnavailableException failure)
    {
        if (failure.Blame != Blame.Definition && HasHope(kind))
        {
            _refused[(int)kind] = Math.Max(0, WaitingFor(kind) - _coming[(int)kind]);
            _refusal[(int)kind] = failure;
            return;
        }
        if (_established[(int)kind] > 0)
        {
            FailClass(requestClass, upTo, 1, failure);
            return;
        }
        for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
        {
            if (KindOf(each) == kind)
                FailClass(each, upTo, int.MaxValue, failure);
        }
    }

    void FailClass(RequestClass requestClass, long upTo, int most, HostUnavailableException failure)
    {
        foreach (var waiter in _waiters.TakeOut(requestClass, upTo, most))
            waiter.Fail(new HostUnavailableException(failure.Message, failure.Blame, failure.Reply, failure));
    }

    void BeginClose(T connection)
    {
        _established[(int)connection.Kind]--;
        // What goes leaves room for another.
        _refused[(int)connection.Kind] = Math.Max(0, _refused[(int)connection.Kind] - 1);
        _closing++;
        _ = CloseAsync(connection);
    }

    async Task CloseAsync(T connection)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (connection.IsBroken)
            RemoteLog.ConnectionClosed(_logger, _host.Id, connection.Wire.BreakReason);
        await connection.CloseAsync();
        lock (_gate)
        {
            _closing--;
            Serve();
        }
    }

    [Conditional("DEBUG")]
    void CheckInvariants()
    {
        Debug.Assert(Slots <= _host.Concurrency, "more connections than concurrency allows");
        Debug.Assert(_replacing >= 0 && _closing >= 0 && _coming[0] >= 0 && _coming[1] >= 0, "a connection was counted out twice");
        Debug.Assert(_waiters.BusyCount == _established[0] + _established[1] - _idle.Count + _replacing, "a connection is in nobody's hands");
    }

    /// <summary>Nothing more is opened. Requests under way end; those that wait are served by what comes back, as long as something may.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isDisposed;
            _isDisposed = true;
            Serve();
        }
        if (isFirst)
            _connector.Stop();
        await _drained.Task;
        _connector.Dispose();
        await _idle.DisposeAsync();
    }

    void Drain()
    {
        _idle.DiscardWhere(_ => true);
        if (_waiters.BusyCount == 0 && _coming[0] + _coming[1] == 0)
        {
            for (var each = RequestClass.Login; each <= RequestClass.Relay; each++)
                FailClass(each, long.MaxValue, int.MaxValue, _connector.OutOfService());
        }
        if (Slots == 0)
            _drained.TrySetResult();
    }
}
