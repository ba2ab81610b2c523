using Microsoft.Extensions.Time.Testing;

namespace Posthouse.Tests.Remotes.Faults;

/// <summary>A clock that knows when a deadline has been set, so that a test passes it neither too early nor twice.</summary>
sealed class StepTime : FakeTimeProvider
{
    int _armings;

    /// <summary>Deadlines set so far.</summary>
    public int Armings => Volatile.Read(ref _armings);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new NotedTimer(this, base.CreateTimer(callback, state, dueTime, period));
        Note(dueTime);
        return timer;
    }

    void Note(TimeSpan dueTime)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
            Interlocked.Increment(ref _armings);
    }

    sealed class NotedTimer(StepTime time, ITimer inner) : ITimer
    {
        // Noted when it is in force.
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isChanged = inner.Change(dueTime, period);
            time.Note(dueTime);
            return isChanged;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
