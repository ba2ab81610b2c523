using System.Threading.Channels;

namespace Posthouse.Gateway.Delivery;

/// <summary>What is to be tried later, by time. The time is monotonic: a clock that is set moves nothing.</summary>
sealed class Schedule : IDisposable
{
    // The longest a timer takes is some 49 days.
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    readonly TimeProvider _time;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    readonly PriorityQueue<DueMessage, long> _waiting = new();
    readonly Channel<DueMessage> _due = Channel.CreateUnbounded<DueMessage>(new UnboundedChannelOptions { SingleReader = true });

    internal Schedule(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((Schedule)state!).Release(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is due, oldest first.</summary>
    internal ChannelReader<DueMessage> Due => _due.Reader;

    /// <summary>A wait that a timer takes.</summary>
    internal static TimeSpan Bounded(TimeSpan delay) => delay > LongestWait ? LongestWait : delay < ShortestWait ? ShortestWait : delay;

    internal void Add(DueMessage message, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            _due.Writer.TryWrite(message);
            return;
        }
        lock (_gate)
        {
            var at = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
            _waiting.Enqueue(message, at);
            if (ReferenceEquals(_waiting.Peek(), message))
                SetTimer(delay);
        }
    }

    /// <summary>Has what was to be tried later taken up now.</summary>
    internal void AddNow(IReadOnlyList<DueMessage> due)
    {
        foreach (var one in due)
            Add(one, TimeSpan.Zero);
    }

    /// <summary>Forgets where each was last tried, since it may go elsewhere next.</summary>
    internal void ForgetHops()
    {
        lock (_gate)
        {
            var all = _waiting.UnorderedItems.Select(static one => (one.Element with { Hop = null }, one.Priority)).ToArray();
            _waiting.Clear();
            _waiting.EnqueueRange(all);
        }
    }

    /// <summary>What waits for its time, for a look.</summary>
    internal IReadOnlyList<DueMessage> All()
    {
        lock (_gate)
            return [.. _waiting.UnorderedItems.Select(static one => one.Element)];
    }

    /// <summary>Takes out what an operator means; the rest keeps its time.</summary>
    internal IReadOnlyList<DueMessage> Remove(Predicate<DueMessage> isMeant)
    {
        lock (_gate)
        {
            // Asked once of each: what is meant may change with the clock, and nothing may be in two places.
            List<(DueMessage Element, long Priority)> kept = new(_waiting.Count), removed = [];
            foreach (var one in _waiting.UnorderedItems)
                (isMeant(one.Element) ? removed : kept).Add(one);
            if (removed.Count == 0)
                return [];
            _waiting.Clear();
            _waiting.EnqueueRange(kept);
            return [.. removed.OrderBy(static one => one.Priority).Select(static one => one.Element)];
        }
    }

    public void Dispose() => _timer.Dispose();

    void Release()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_waiting.TryPeek(out var message, out var at))
            {
                if (at > now)
                {
                    SetTimer(_time.GetElapsedTime(now, at));
                    return;
                }
                _waiting.Dequeue();
                _due.Writer.TryWrite(message);
            }
        }
    }

    void SetTimer(TimeSpan delay) =>
        _timer.Change(Bounded(delay), Timeout.InfiniteTimeSpan);
}
