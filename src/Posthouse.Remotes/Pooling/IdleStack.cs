using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Pooling;

/// <summary>Idle connections of one kind, last in, first out: a few stay warm and the rest grow old and go. Guarded by the pool's lock.</summary>
sealed class IdleStack<T>
    where T : HostConnection
{
    readonly List<T> _connections = [];

    public int Count => _connections.Count;

    public void Push(T connection) => _connections.Add(connection);

    public bool TryPop(out T connection) => TryTake(_connections.Count - 1, out connection);

    public bool TryTakeOldest(out T connection) => TryTake(0, out connection);

    public bool Remove(T connection) => _connections.Remove(connection);

    /// <summary>Takes out all that match; each is looked at once.</summary>
    public List<T> TakeAll(Predicate<T> match)
    {
        var taken = new List<T>();
        _connections.RemoveAll(connection =>
        {
            var matches = match(connection);
            if (matches)
                taken.Add(connection);
            return matches;
        });
        return taken;
    }

    /// <summary>Time until the first of them has rested for long enough.</summary>
    public TimeSpan FirstExpiry => _connections.Count == 0 ? TimeSpan.MaxValue : _connections.Min(connection => connection.RestLeft);

    bool TryTake(int index, out T connection)
    {
        connection = null!;
        if (index < 0 || index >= _connections.Count)
            return false;
        connection = _connections[index];
        _connections.RemoveAt(index);
        return true;
    }
}
