using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// How many connections a host is held to take, after one failed while others were up or coming: as many as those. It is not to be asked for as many as
/// there are waiters, who wait for what there is instead. After a rest one more is tried; where that fails too, the next rest is twice as
/// long, and where it works, the next one more may be tried at once. Used under the pool's lock.
/// </summary>
/// <param name="host">Its <c>concurrency</c>, and the breaker's cooldown as the longest rest.</param>
/// <param name="time">For the rests.</param>
/// <param name="wake">Tells the pool that a rest is over; takes its lock.</param>
sealed class Refusals(RemoteHostOptions host, TimeProvider time, Action wake) : IAsyncDisposable
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    readonly Alarm _restEnds = new(time, wake);
    int? _most;
    TimeSpan _rest;
    bool _isResting;

    /// <summary>Why the latest one failed; null where one has worked since.</summary>
    public HostUnavailableException? Latest { get; private set; }

    /// <summary>So many slots may be taken now. One always may, since a host of which nothing is left has nothing to wait for.</summary>
    public int Room => _most is { } most ? Math.Min(host.Concurrency, Math.Max(1, _isResting ? most : most + 1)) : host.Concurrency;

    /// <param name="others">Connections that are up or coming.</param>
    /// <param name="failure">What became of the one beside them.</param>
    public void Refused(int others, HostUnavailableException failure)
    {
        Latest = failure;
        // Those that began together and fail together are one refusal.
        _most = _isResting && _most < others ? _most : others;
        if (_isResting)
            return;
        var rest = _rest == TimeSpan.Zero ? First : _rest * 2;
        _rest = rest < host.Breaker.Cooldown ? rest : host.Breaker.Cooldown;
        _isResting = true;
        _restEnds.Set(_rest);
    }

    /// <param name="taken">Slots in use, that of the connect which worked included.</param>
    public void Worked(int taken)
    {
        // It may have begun beside one that failed since.
        if (_isResting || _most is null)
            return;
        _most = taken + 1 < host.Concurrency ? taken : null;
        _rest = TimeSpan.Zero;
        Latest = null;
    }

    /// <summary>One more may be tried.</summary>
    /// <param name="taken">Slots in use: one that worked meanwhile counts as well.</param>
    public void EndRest(int taken)
    {
        _isResting = false;
        if (_most < taken)
            _most = taken;
    }

    /// <summary>There is none left beside which one could fail: what the host takes when it is back is not known.</summary>
    public void Forget() => (_most, _rest, _isResting) = (null, TimeSpan.Zero, false);

    public ValueTask DisposeAsync() => _restEnds.DisposeAsync();
}
