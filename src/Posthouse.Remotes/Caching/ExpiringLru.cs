namespace Posthouse.Remotes.Caching;

/// <summary>
/// A strict least-recently-used map: at capacity the entry that was looked up longest ago goes. Each entry also has an absolute end
/// that no look-up moves, so nothing lives on by being popular. Capacity 0 keeps nothing. Safe for concurrent use.
/// </summary>
sealed class ExpiringLru<TKey, TValue>(int capacity, TimeProvider time)
    where TKey : notnull
{
    readonly Lock _gate = new();
    readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];

    // The most recently used first.
    readonly LinkedList<Entry> _order = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    public bool TryGet(TKey key, out TValue value)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                if (time.GetElapsedTime(node.Value.Since) < node.Value.Life)
                {
                    if (_order.First != node)
                    {
                        _order.Remove(node);
                        _order.AddFirst(node);
                    }
                    value = node.Value.Value;
                    return true;
                }
                Drop(node);
            }
            value = default!;
            return false;
        }
    }

    /// <summary>Sets or replaces; a life of zero or less only removes.</summary>
    public void Set(TKey key, TValue value, TimeSpan life)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var old))
                Drop(old);
            if (capacity <= 0 || life <= TimeSpan.Zero)
                return;
            if (_entries.Count >= capacity)
                Drop(_order.Last!);
            _entries[key] = _order.AddFirst(new Entry(key, value, time.GetTimestamp(), life));
        }
    }

    public void Remove(TKey key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
                Drop(node);
        }
    }

    /// <summary>Removes all that match, looking at every entry.</summary>
    public void RemoveWhere(Predicate<TKey> match)
    {
        lock (_gate)
        {
            for (var node = _order.First; node is not null;)
            {
                var next = node.Next;
                if (match(node.Value.Key))
                    Drop(node);
                node = next;
            }
        }
    }

    void Drop(LinkedListNode<Entry> node)
    {
        _order.Remove(node);
        _entries.Remove(node.Value.Key);
    }

    readonly record struct Entry(TKey Key, TValue Value, long Since, TimeSpan Life);
}
