using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// The connections to one host, shared by all that is asked of it: a request (1) takes one that is ready, or (2) waits until one
/// is, its own connect or another's, (3) uses it, once more on a fresh one if it was dead, and (4) gives it back. Who is served
/// by what: <see cref="Dispatch{T}"/>.
/// </summary>
sealed class ConnectionPool<T> : IConnectionPool
    where T : HostConnection
{
    readonly Lock _gate;
    readonly RemoteHostOptions _host;
    readonly PoolServices _services;
    readonly TimeProvider _time;
    readonly Shelves _shelves;
    readonly Connector<T> _connector;
    readonly Dispatch<T> _dispatch;
    bool _isDisposed;

    /// <param name="host">Its limits and deadlines.</param>
    /// <param name="establish">Makes a connection ready for requests.</param>
    /// <param name="services">What it takes from its host.</param>
    public ConnectionPool(RemoteHostOptions host, Establish<T> establish, PoolServices services)
    {
        _host = host;
        _services = services;
        _gate = services.Slots.Gate;
        _time = services.Time;
        _shelves = new Shelves(host);
        _connector = new Connector<T>(host, establish, services);
        _dispatch = new Dispatch<T>(host, _shelves, _connector, services);
        lock (_gate)
            _dispatch.Open();
    }

    public PoolCounts Counts
    {
        get
        {
            lock (_gate)
                return _dispatch.Count(_connector.Opened);
        }
    }

    /// <summary>
    /// Runs a request on a connection. A connection out of the pool that turns out to be dead is replaced, and the request runs once
    /// more on a fresh one; the request itself says by <see cref="ConnectionLostException"/> that this is safe.
    /// </summary>
    public Task<TResult> UseAsync<TResult>(Errand errand, Func<T, Task<TResult>> request, CancellationToken cancellationToken) =>
        UseAsync(errand, request, _host.Timeout, cancellationToken);

    /// <summary>The same, where a part of the patience is spent already.</summary>
    public async Task<TResult> UseAsync<TResult>(
        Errand errand, Func<T, Task<TResult>> request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var activity = RemoteActivity.Start(errand.Verb, _host.Id, _host.ProtocolName);
        try
        {
            using var lease = await RentAsync(errand, patience, cancellationToken);
            try
            {
                return await TimeAsync(errand, request, lease.Connection);
            }
            catch (ConnectionLostException e) when (lease.Connection.IsPooled)
            {
                RemoteLog.AskedAfresh(_services.Logger, _host.Id, e.Message);
            }
            await lease.ReplaceAsync(cancellationToken);
            return await TimeAsync(errand, request, lease.Connection);
        }
        catch (HostUnavailableException e)
        {
            activity.Failed(e.Message);
            throw;
        }
    }

    async Task<TResult> TimeAsync<TResult>(Errand errand, Func<T, Task<TResult>> request, T connection)
    {
        var start = _time.GetTimestamp();
        try
        {
            return await request(connection);
        }
        finally
        {
            _services.Metrics.Requested(errand.Verb, _time.GetElapsedTime(start));
        }
    }

    /// <summary>Waits for a connection, connecting included.</summary>
    public async ValueTask<Lease<T>> RentAsync(Errand errand, TimeSpan patience, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<Waiter<T>> place;
        lock (_gate)
        {
            if (_isDisposed)
                throw _connector.OutOfService();
            if (_dispatch.TryTakeIdle(errand.Class) is { } ready)
            {
                _services.Metrics.Waited(errand.Class.Name(), TimeSpan.Zero);
                return new Lease<T>(this, ready, errand, patience);
            }
            if (!errand.IsCarrier && _dispatch.Waiters.CountOf(errand.Class) >= _host.MostWaiting)
                throw LineFull.Of(_host, errand.Class);
            place = _dispatch.Waiters.Add(errand.Class);
            _dispatch.Changed();
        }
        var start = _time.GetTimestamp();
        var grant = place.Value.Grant.IsCompleted ? await place.Value.Grant : await WaitAsync(place, patience, cancellationToken);
        var waited = _time.GetElapsedTime(start);
        _services.Metrics.Waited(errand.Class.Name(), waited);
        var lease = new Lease<T>(this, grant.Connection, errand, patience - waited);
        if (grant.Connection is null)
            await lease.OpenAsync(grant.Outgoing, cancellationToken);
        return lease;
    }

    async Task<Grant<T>> WaitAsync(LinkedListNode<Waiter<T>> place, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await place.Value.Grant.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            await LeaveAsync(place);
            cancellationToken.ThrowIfCancellationRequested();
            var reason = $"no connection within {_host.Name("timeout", _host.Timeout)}; {_host.Name("concurrency")} is {_host.Concurrency}";
            throw _dispatch.LatestRefusal is { } latest
                ? new HostUnavailableException($"{reason}; the latest connect failed: {latest.Message}")
                : new HostBusyException(reason);
        }
    }

    /// <summary>Gives up a wait; what was handed over in the same moment goes back.</summary>
    async Task LeaveAsync(LinkedListNode<Waiter<T>> place)
    {
        var waiter = place.Value;
        lock (_gate)
        {
            if (WaitingLine<T>.Remove(place))
            {
                _dispatch.Changed();
                return;
            }
        }
        if (!waiter.Grant.IsCompletedSuccessfully)
        {
            // Looked at, since nobody else will.
            _ = waiter.Grant.Exception;
            return;
        }
        var grant = await waiter.Grant;
        if (grant.Connection is not null)
        {
            Return(grant.Connection, waiter.Class);
            return;
        }
        if (grant.Outgoing is not null)
            await grant.Outgoing.CloseAsync();
        EndSlot(waiter.Class, null, null);
    }

    /// <summary>Takes a connection back from a lease.</summary>
    public void Return(T connection, RequestClass requestClass)
    {
        connection.LeaveRequest();
        if (_shelves.IsExclusive(requestClass))
            connection.Retire();
        lock (_gate)
        {
            _dispatch.Waiters.Release(requestClass);
            if (connection is { IsUntidy: true, IsBroken: false } && !_isDisposed)
            {
                _dispatch.Supply.Census.Tidying++;
                _ = TidyAsync(connection);
            }
            else
            {
                _dispatch.Supply.Keep(connection);
            }
            _dispatch.Changed();
        }
    }

    async Task TidyAsync(T connection)
    {
        // The lock is held where this begins.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var limit = new CancellationTokenSource(_host.Timeouts.LookupCommand, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _connector.Stopping);
        try
        {
            await connection.TidyAsync(either.Token);
        }
        finally
        {
            connection.LeaveRequest();
            lock (_gate)
            {
                _dispatch.Supply.Census.Tidying--;
                _dispatch.Supply.Keep(connection);
                _dispatch.Changed();
            }
        }
    }

    /// <summary>Takes the dead connection out of a lease's slot.</summary>
    public async Task ClearSlotAsync(T dead)
    {
        dead.LeaveRequest();
        dead.Wire.Break("replaced");
        await dead.CloseAsync();
        lock (_gate)
            _dispatch.Supply.Census.BeginReplacing(insteadOf: dead.Shelf);
    }

    /// <summary>Makes a connection in a lease's empty slot, which is given up where that fails.</summary>
    public async Task<T> OpenInSlotAsync(Lease<T> lease, CancellationToken cancellationToken)
    {
        T? fresh = null;
        HostUnavailableException? failure = null;
        try
        {
            var pass = _services.Breaker.TryBegin() ?? throw _services.Breaker.Refusal();
            return fresh = await _connector.OpenAsync(_shelves.Of(lease.Errand.Class), lease.Errand.Client, pass, lease.PatienceLeft, cancellationToken);
        }
        catch (HostUnavailableException e)
        {
            failure = e;
            throw;
        }
        finally
        {
            EndSlot(lease.Errand.Class, fresh, failure);
        }
    }

    void EndSlot(RequestClass requestClass, T? fresh, HostUnavailableException? failure)
    {
        lock (_gate)
        {
            _dispatch.Supply.Census.EndReplacing(_shelves.Of(requestClass), fresh is not null);
            if (fresh is null)
                _dispatch.Waiters.Release(requestClass);
            _dispatch.OwnConnectEnded(fresh is not null, failure);
            _dispatch.Changed();
        }
    }

    /// <summary>
    /// Nothing more is opened. Requests under way end; those that wait are served by what comes back, as long as something may.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isDisposed;
            _isDisposed = true;
            _dispatch.Close();
        }
        if (isFirst)
            _connector.Stop();
        await _dispatch.Drained;
        if (!isFirst)
            return;
        _connector.Dispose();
        await _dispatch.DisposeAsync();
    }
}
