namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Mail whose hop was not tried, since its breaker is open. That is no attempt, so the schedule knows nothing of it: it waits here. After each cooldown one
/// message goes and finds out, and with it those of whose lives a step has passed; as soon as the hop has answered anybody, all go.
/// </summary>
/// <param name="time">Timers.</param>
/// <param name="schedule">Where they are taken up.</param>
sealed class UnreachedHops(TimeProvider time, Schedule schedule) : IDisposable
{
    /// <summary>A breaker's cooldown varies by a tenth.</summary>
    const double BeyondCooldown = 1.15;

    readonly Lock _gate = new();
    readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    volatile bool _isEmpty = true;
    bool _isOver;

    /// <param name="hop">The hop's name.</param>
    /// <param name="due">What is to go there.</param>
    /// <param name="cooldown">Between two tries.</param>
    internal void Add(string hop, DueMessage due, TimeSpan cooldown)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            if (!_lines.TryGetValue(hop, out var line))
            {
                var every = Schedule.Bounded(cooldown * BeyondCooldown);
                _lines[hop] = line = new Line(time.CreateTimer(_ => TryOne(hop), null, every, every));
                _isEmpty = false;
            }
            line.Waiting.Enqueue(due with { Message = null });
            if (due.Pause is { } pause && pause.Step < line.Next)
                line.Next = pause.Step;
        }
    }

    /// <summary>The hop has answered, or is no more the way for one who has waited: all may go.</summary>
    internal void Release(string hop)
    {
        if (_isEmpty)
            return;
        Line? line;
        lock (_gate)
        {
            if (!_lines.TryGetValue(hop, out line))
                return;
            Forget(hop, line);
        }
        foreach (var due in line.Waiting)
            schedule.Add(due, TimeSpan.Zero);
    }

    /// <summary>Each hop may be another now, or no more the way: all may go.</summary>
    internal void ReleaseAll()
    {
        string[] hops;
        lock (_gate)
            hops = [.. _lines.Keys];
        foreach (var hop in hops)
            Release(hop);
    }

    /// <summary>What waits, for a look.</summary>
    internal IReadOnlyList<DueMessage> All()
    {
        lock (_gate)
            return [.. _lines.Values.SelectMany(static line => line.Waiting)];
    }

    /// <summary>Takes out what an operator means.</summary>
    internal IReadOnlyList<DueMessage> Remove(Predicate<DueMessage> isMeant)
    {
        List<DueMessage> removed = [];
        lock (_gate)
        {
            foreach (var line in _lines.Values)
            {
                for (var left = line.Waiting.Count; left > 0; left--)
                {
                    var due = line.Waiting.Dequeue();
                    if (isMeant(due))
                        removed.Add(due);
                    else
                        line.Waiting.Enqueue(due);
                }
            }
        }
        return removed;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var (hop, line) in _lines.ToArray())
                Forget(hop, line);
        }
    }

    void TryOne(string hop)
    {
        List<DueMessage> now = [];
        lock (_gate)
        {
            if (!_lines.TryGetValue(hop, out var line))
                return;
            if (line.Next <= time.GetUtcNow())
            {
                var waiting = line.Waiting.ToArray();
                line.Waiting.Clear();
                var passed = PassedSteps.Of(waiting, time.GetUtcNow(), line.Waiting.Enqueue);
                now.AddRange(passed.Messages);
                line.Next = passed.Next;
            }
            if (line.Waiting.TryDequeue(out var first))
                now.Add(first);
            if (now.Count == 0)
                Forget(hop, line);
        }
        foreach (var due in now)
            schedule.Add(due, TimeSpan.Zero);
    }

    void Forget(string hop, Line line)
    {
        _lines.Remove(hop);
        line.Timer.Dispose();
        _isEmpty = _lines.Count == 0;
    }

    sealed class Line(ITimer timer)
    {
        internal readonly ITimer Timer = timer;
        internal readonly Queue<DueMessage> Waiting = new();

        /// <summary>The first step of those that wait, or one that has left since.</summary>
        internal DateTimeOffset Next = DateTimeOffset.MaxValue;
    }
}
