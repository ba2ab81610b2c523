namespace Posthouse.Remotes.Caching;

/// <summary>
/// A strict least-recently-used map: at capacity the entry that was looked up longest ago goes. Each entry also has an absolute
/// end that no look-up moves, so nothing lives on by being popular; it may be kept beyond that for those who ask for it by name.
/// Capacity 0 keeps nothing. Safe for concurrent use.
/// </summary>
sealed class ExpiringLru<TKey, TValue>(int capacity, TimeProvider time)
    where TKey : notnull
{
    readonly Lock _gate = new();
    readonly Dictionary<TKey, Entry> _entries = [];

    // The ends of the order of use; null where there is nothing.
    Entry? _first;
    Entry? _last;
    long _evictions;

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Entries that went because others needed their place.</summary>
    public long Evictions => Interlocked.Read(ref _evictions);

    public bool TryGet(TKey key, out TValue value) => TryGet(key, TimeSpan.Zero, out value, out _);

    /// <param name="key">The key.</param>
    /// <param name="grace">How long past its end an entry still counts, where it was set for so long.</param>
    /// <param name="value">What was set.</param>
    /// <param name="age">How long ago.</param>
    public bool TryGet(TKey key, TimeSpan grace, out TValue value, out TimeSpan age)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                age = time.GetElapsedTime(entry.Since);
                if (age - (grace < entry.Grace ? grace : entry.Grace) < entry.Life)
                {
                    MoveToFront(entry);
                    value = entry.Value;
                    return true;
                }
                if (age - entry.Grace >= entry.Life)
                    Drop(entry);
            }
        }
        value = default!;
        age = default;
        return false;
    }

    /// <summary>Sets or replaces; a life of zero or less only removes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What is kept.</param>
    /// <param name="life">Until its end.</param>
    /// <param name="grace">How long past its end it may be kept.</param>
    public void Set(TKey key, TValue value, TimeSpan life, TimeSpan grace = default)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var old))
                Drop(old);
            if (capacity <= 0 || life <= TimeSpan.Zero)
                return;
            if (_entries.Count >= capacity)
            {
                Drop(_last!);
                _evictions++;
            }
            var entry = new Entry(key, value, time.GetTimestamp(), life, grace);
            _entries[key] = entry;
            PutInFront(entry);
        }
    }

    /// <summary>False: it was not there.</summary>
    public bool Remove(TKey key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
                return false;
            Drop(entry);
            return true;
        }
    }

    /// <summary>Removes everything; how many they were.</summary>
    public int Clear()
    {
        lock (_gate)
        {
            var count = _entries.Count;
            _entries.Clear();
            _first = _last = null;
            return count;
        }
    }

    void MoveToFront(Entry entry)
    {
        if (_first == entry)
            return;
        Unlink(entry);
        PutInFront(entry);
    }

    void PutInFront(Entry entry)
    {
        entry.Next = _first;
        if (_first is not null)
            _first.Previous = entry;
        _first = entry;
        _last ??= entry;
    }

    void Drop(Entry entry)
    {
        Unlink(entry);
        _entries.Remove(entry.Key);
    }

    void Unlink(Entry entry)
    {
        if (entry.Previous is null)
            _first = entry.Next;
        else
            entry.Previous.Next = entry.Next;
        if (entry.Next is null)
            _last = entry.Previous;
        else
            entry.Next.Previous = entry.Previous;
        entry.Previous = entry.Next = null;
    }

    sealed class Entry(TKey key, TValue value, long since, TimeSpan life, TimeSpan grace)
    {
        public readonly TKey Key = key;
        public readonly TValue Value = value;
        public readonly long Since = since;
        public readonly TimeSpan Life = life;
        public readonly TimeSpan Grace = grace;
        public Entry? Previous;
        public Entry? Next;
    }
}
