namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Has messages that wait for a place in a throttle taken up when a step of their lives passes, so that their senders hear of a delay, or of the end, there
/// too.
/// </summary>
sealed class PausedSteps : IDisposable
{
    /// <summary>All that pass within it are one look, since each look passes over all that wait.</summary>
    internal static readonly TimeSpan Coarseness = TimeSpan.FromMinutes(1);

    readonly TimeProvider _time;
    readonly Schedule _schedule;
    readonly Func<DateTimeOffset, PassedSteps> _take;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    DateTimeOffset _next = DateTimeOffset.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="schedule">Where they are taken up.</param>
    /// <param name="take">Takes those whose step has passed from where they wait.</param>
    internal PausedSteps(TimeProvider time, Schedule schedule, Func<DateTimeOffset, PassedSteps> take)
    {
        _time = time;
        _schedule = schedule;
        _take = take;
        _timer = time.CreateTimer(static state => ((PausedSteps)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A message that has begun to wait.</summary>
    internal void Note(DateTimeOffset step)
    {
        lock (_gate)
        {
            if (step >= _next)
                return;
            _next = step;
            _timer.Change(Schedule.Bounded(step - _time.GetUtcNow()), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    void Look()
    {
        var now = _time.GetUtcNow();
        lock (_gate)
            _next = DateTimeOffset.MaxValue;
        var (passed, next) = _take(now);
        foreach (var due in passed)
            _schedule.Add(due, TimeSpan.Zero);
        if (next < DateTimeOffset.MaxValue)
            Note(next > now + Coarseness ? next : now + Coarseness);
    }
}

/// <summary>Those of whose lives a step has passed.</summary>
/// <param name="Messages">They wait there no more.</param>
/// <param name="Next">The first step of those that still do; the last moment of all where none does.</param>
readonly record struct PassedSteps(IReadOnlyList<DueMessage> Messages, DateTimeOffset Next)
{
    /// <summary>Parts those whose step has passed from the others.</summary>
    internal static PassedSteps Of(IEnumerable<DueMessage> all, DateTimeOffset now, Action<DueMessage> keep)
    {
        List<DueMessage> passed = [];
        var next = DateTimeOffset.MaxValue;
        foreach (var due in all)
        {
            if (due.Pause is { Step: var step } && step <= now)
            {
                passed.Add(due);
                continue;
            }
            keep(due);
            if (due.Pause is { } pause && pause.Step < next)
                next = pause.Step;
        }
        return new(passed, next);
    }
}
