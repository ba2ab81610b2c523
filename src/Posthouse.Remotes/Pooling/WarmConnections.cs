using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// How many ready connections are still to be made although nobody waits (<c>limits.warm</c>): on the main shelf from the start,
/// on others once something was asked there. After a failed connect it rests for the breaker's cooldown. Used under the pool's
/// lock.
/// </summary>
/// <param name="host">Its limits.</param>
/// <param name="mainShelf">Where requests come first; null = on no shelf that keeps connections.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="wake">Tells the pool that the rest is over; takes its lock.</param>
sealed class WarmConnections(RemoteHostOptions host, int? mainShelf, TimeProvider time, Action wake) : IAsyncDisposable
{
    readonly bool[] _isWanted = [.. Enumerable.Range(0, Shelves.Count).Select(shelf => shelf == mainShelf)];
    readonly Alarm _rest = new(time, wake);
    long _failed;
    bool _hasFailed;

    bool IsResting => _hasFailed && time.GetElapsedTime(_failed) < host.Breaker.Cooldown;

    public void Wanted(int shelf) => _isWanted[shelf] = true;

    /// <param name="shelf">Where.</param>
    /// <param name="ready">Ready there, or coming.</param>
    public bool IsShort(int shelf, int ready) => ready < host.Limits.Warm && _isWanted[shelf] && !IsResting;

    public void Failed()
    {
        if (host.Limits.Warm == 0)
            return;
        (_hasFailed, _failed) = (true, time.GetTimestamp());
        _rest.Set(host.Breaker.Cooldown);
    }

    public ValueTask DisposeAsync() => _rest.DisposeAsync();
}
