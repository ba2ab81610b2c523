using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Bounds;

/// <summary>
/// <c>[[session.throttle]]</c>: what clients have under way and how often they come, for all listeners together. It outlives a reload; a throttle
/// that is written as before keeps its counts.
/// </summary>
/// <remarks>
/// What runs is bounded by the sessions. What only a rate still remembers is bounded here: of more than <see cref="MostRemembered"/> values the one
/// that came last the longest time ago is forgotten, so that a client with ever new names costs no memory.
/// </remarks>
sealed class SessionThrottles(TimeProvider time)
{
    internal const int MostRemembered = 16 * 1024;

    readonly long _since = time.GetTimestamp();
    readonly Lock _gate = new();
    readonly Dictionary<ThrottleKey, Counter> _counters = [];
    readonly LinkedList<Counter> _idle = new();

    /// <summary>Values that are counted or remembered now.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _counters.Count;
        }
    }

    /// <summary>Counts one under each key, until what it gives back is disposed; null where a throttle has no room, and then under none.</summary>
    internal ThrottleHold? TryEnter(IReadOnlyList<ThrottleKey> keys)
    {
        if (keys.Count == 0)
            return ThrottleHold.Nothing;
        lock (_gate)
        {
            var now = time.GetElapsedTime(_since);
            foreach (var key in keys)
            {
                if (_counters.TryGetValue(key, out var counter) && !HasRoom(counter, now))
                    return null;
            }
            List<Counter> held = [];
            foreach (var key in keys)
            {
                var counter = Take(key);
                if (key.Throttle.Count > 0)
                    counter.FreeFrom = (counter.FreeFrom > now ? counter.FreeFrom : now) + Step(key.Throttle);
                if (key.Throttle.Concurrency > 0)
                {
                    counter.Running++;
                    held.Add(counter);
                }
                else
                {
                    Rest(counter, now);
                }
            }
            return held.Count > 0 ? new ThrottleHold(() => Leave(held)) : ThrottleHold.Nothing;
        }
    }

    // A whole period's count may come at once; then one for each part of the period that has passed.
    static bool HasRoom(Counter counter, TimeSpan now)
    {
        var throttle = counter.Key.Throttle;
        return (throttle.Concurrency == 0 || counter.Running < throttle.Concurrency)
            && (throttle.Count == 0 || counter.FreeFrom - now <= throttle.Period - Step(throttle));
    }

    static TimeSpan Step(ThrottleModel throttle) => throttle.Period / throttle.Count;

    Counter Take(ThrottleKey key)
    {
        if (!_counters.TryGetValue(key, out var counter))
            return _counters[key] = new Counter(key);
        if (counter.Place is { } place)
        {
            _idle.Remove(place);
            counter.Place = null;
        }
        return counter;
    }

    void Leave(List<Counter> held)
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(_since);
            foreach (var counter in held)
            {
                if (--counter.Running == 0)
                    Rest(counter, now);
            }
        }
    }

    void Rest(Counter counter, TimeSpan now)
    {
        if (counter.FreeFrom <= now)
        {
            _counters.Remove(counter.Key);
            return;
        }
        counter.Place = _idle.AddLast(counter);
        while (_idle.Count > MostRemembered || _idle.First!.Value.FreeFrom <= now)
        {
            _counters.Remove(_idle.First!.Value.Key);
            _idle.RemoveFirst();
        }
    }

    sealed class Counter(ThrottleKey key)
    {
        internal ThrottleKey Key => key;

        internal int Running;

        /// <summary>When its rate has forgotten all that came.</summary>
        internal TimeSpan FreeFrom;

        internal LinkedListNode<Counter>? Place;
    }
}
