namespace Posthouse.Remotes.Pooling;

/// <summary>Wakes a pool at a moment; setting it anew takes the place of the setting before. Used under the pool's lock.</summary>
/// <param name="time">Its clock.</param>
/// <param name="wake">Takes the pool's lock.</param>
sealed class Alarm(TimeProvider time, Action wake) : IAsyncDisposable
{
    ITimer? _timer;

    public void Set(TimeSpan after)
    {
        _timer ??= time.CreateTimer(static wake => ((Action)wake!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;
}
