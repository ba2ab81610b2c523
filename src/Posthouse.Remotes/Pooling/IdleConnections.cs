using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// The connections that rest between requests, by shelf; last in, first out, so that a few stay warm and the others grow old and go.
/// Each has one read pending, which ends when the host closes or speaks unasked. Everything here happens under the pool's lock.
/// </summary>
/// <param name="gate">The pool's lock.</param>
/// <param name="time">For the end of rests.</param>
/// <param name="discard">Closes a connection that was taken out; called under the lock.</param>
/// <param name="changed">Tells the pool that connections went by themselves; called under the lock.</param>
sealed class IdleConnections<T>(Lock gate, TimeProvider time, Action<T> discard, Action changed) : IAsyncDisposable
    where T : HostConnection
{
    readonly List<T>[] _stacks = [.. Enumerable.Range(0, Shelves.Count).Select(_ => new List<T>())];
    ITimer? _expiry;
    bool _isArmed;
    T? _latest;

    public int Count => _stacks.Sum(stack => stack.Count);

    public int CountOn(int shelf) => _stacks[shelf].Count;

    public void Push(T connection) => _stacks[connection.Shelf].Add(_latest = connection);

    /// <summary>Takes the latest one that is still of use.</summary>
    public bool TryPop(int shelf, out T connection)
    {
        var stack = _stacks[shelf];
        while (TryTake(stack, stack.Count - 1, out connection))
        {
            if (connection.IsReady)
            {
                connection.Wake();
                return true;
            }
            discard(connection);
        }
        return false;
    }

    public bool HasAnyBut(int shelf) => Count > CountOn(shelf);

    /// <summary>Takes the one that has rested longest on any other shelf, to make room.</summary>
    public T? TakeOldestBut(int shelf)
    {
        T? oldest = null;
        for (var other = 0; other < _stacks.Length; other++)
        {
            if (other != shelf && _stacks[other] is [var first, ..] && (oldest is null || first.RestLeft < oldest.RestLeft))
                oldest = first;
        }
        if (oldest is not null)
            TryTake(_stacks[oldest.Shelf], 0, out oldest);
        return oldest;
    }

    /// <summary>What was pushed and not popped again begins its rest.</summary>
    public void Settle()
    {
        if (_latest is { } connection)
        {
            _latest = null;
            var pendingRead = connection.Rest(out var isAnother);
            if (pendingRead.IsCompleted)
            {
                if (_stacks[connection.Shelf].Remove(connection))
                    discard(connection);
            }
            else if (isAnother)
            {
                _ = WatchAsync(connection, pendingRead);
            }
        }
        Arm();
    }

    public void DiscardWhere(Predicate<T> match)
    {
        foreach (var stack in _stacks)
        {
            for (var i = stack.Count - 1; i >= 0; i--)
            {
                if (match(stack[i]) && TryTake(stack, i, out var connection))
                    discard(connection);
            }
        }
    }

    public ValueTask DisposeAsync() => _expiry?.DisposeAsync() ?? ValueTask.CompletedTask;

    bool TryTake(List<T> stack, int index, out T connection)
    {
        connection = null!;
        if (index < 0 || index >= stack.Count)
            return false;
        connection = stack[index];
        stack.RemoveAt(index);
        if (_latest == connection)
            _latest = null;
        return true;
    }

    async Task WatchAsync(T connection, Task pendingRead)
    {
        await pendingRead.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (gate)
        {
            // Mostly it was the first reply to a request that was made meanwhile.
            if (!connection.IsRestingOn(pendingRead) || !_stacks[connection.Shelf].Remove(connection))
                return;
            discard(connection);
            changed();
        }
    }

    void Arm()
    {
        if (_isArmed || Count == 0)
            return;
        var due = TimeSpan.MaxValue;
        foreach (var stack in _stacks)
        {
            foreach (var connection in stack)
                due = connection.RestLeft < due ? connection.RestLeft : due;
        }
        _isArmed = true;
        _expiry ??= time.CreateTimer(static idle => ((IdleConnections<T>)idle!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _expiry.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    void Expire()
    {
        lock (gate)
        {
            _isArmed = false;
            DiscardWhere(connection => connection.RestLeft <= TimeSpan.Zero);
            changed();
        }
    }
}
