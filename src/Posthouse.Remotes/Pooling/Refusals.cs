using Posthouse.Remotes.Answers;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// The rest of a shelf on which a connect failed while other connections of it are up or coming: a host that has just refused one is not to be
/// asked for as many as there are waiters, which wait for those others instead. After the rest one connect tries, and the next rest is twice as
/// long. The failure is kept for the text of a wait in vain. Used under the pool's lock.
/// </summary>
/// <param name="time">Its clock.</param>
/// <param name="longest">Between one try and the next.</param>
/// <param name="wake">Tells the pool that a rest is over; takes its lock.</param>
sealed class Refusals(TimeProvider time, TimeSpan longest, Action wake) : IAsyncDisposable
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    readonly Shelf[] _shelves = [.. Enumerable.Range(0, Shelves.Count).Select(_ => new Shelf(new Alarm(time, wake)))];

    public HostUnavailableException? LatestOn(int shelf) => _shelves[shelf].Latest;

    /// <param name="shelf">Where.</param>
    /// <param name="coming">Connects under way there: until one has worked, there is one at a time.</param>
    public bool MayConnect(int shelf, int coming)
    {
        var (state, rest) = (_shelves[shelf], _shelves[shelf].Rest);
        return !state.IsResting(time) && (rest == TimeSpan.Zero || coming == 0);
    }

    public void Rest(int shelf, HostUnavailableException failure)
    {
        var state = _shelves[shelf];
        state.Latest = failure;
        // Those that began together and fail together are one refusal.
        if (state.IsResting(time))
            return;
        var rest = state.Rest == TimeSpan.Zero ? First : state.Rest * 2;
        state.Rest = rest < longest ? rest : longest;
        state.Since = time.GetTimestamp();
        state.Alarm.Set(state.Rest);
    }

    /// <summary>One may try now: a connection went and leaves room for another, or none is left to wait for.</summary>
    public void Resume(int shelf) => _shelves[shelf].Since = null;

    /// <summary>A connect has worked. One that failed beside it keeps its rest.</summary>
    public void Worked(int shelf)
    {
        var state = _shelves[shelf];
        state.Latest = null;
        if (!state.IsResting(time))
            state.Rest = TimeSpan.Zero;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shelf in _shelves)
            await shelf.Alarm.DisposeAsync();
    }

    sealed class Shelf(Alarm alarm)
    {
        public Alarm Alarm => alarm;

        public HostUnavailableException? Latest { get; set; }

        /// <summary>Zero = the latest connect has worked.</summary>
        public TimeSpan Rest { get; set; }

        /// <summary>When the rest began; null = it was ended.</summary>
        public long? Since { get; set; }

        public bool IsResting(TimeProvider time) => Since is { } since && time.GetElapsedTime(since) < Rest;
    }
}
