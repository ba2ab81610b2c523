using Posthouse.Gateway.Config;

namespace Posthouse.Gateway.Control;

/// <summary>
/// Looks at the files of the configuration every few seconds: certificates always, since they are renewed by programs that know nothing of
/// this one, the others with <c>server.watch</c>. Looking works everywhere, over links, mounts and networks, where notifications do not. A change counts when
/// it has held still from one look to the next, so that nothing half-written is read.
/// </summary>
sealed class ConfigWatch : IAsyncDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly Func<CancellationToken, Task> _changed;
    readonly Action<string> _waits;
    readonly ITimer _timer;
    readonly CancellationTokenSource _ending = new();
    readonly Lock _gate = new();
    Dictionary<ConfigSource, FileState> _read = [];
    Dictionary<ConfigSource, FileState> _seen = [];
    HashSet<string> _told = [];
    bool _all;
    Task _running = Task.CompletedTask;

    /// <param name="time">When to look.</param>
    /// <param name="changed">Is to reload; not run twice at once.</param>
    /// <param name="waits">Told once of a certificate that has changed beside a configuration that is not to be reloaded.</param>
    public ConfigWatch(TimeProvider time, Func<CancellationToken, Task> changed, Action<string> waits)
    {
        _changed = changed;
        _waits = waits;
        _timer = time.CreateTimer(static state => ((ConfigWatch)state!).Look(), this, Interval, Interval);
    }

    /// <summary>These files have just been read.</summary>
    /// <param name="sources">All that the configuration depends on.</param>
    /// <param name="since">When the reading began: what was written since then may not have been read.</param>
    /// <param name="all">Whether any change is a reload, and not that of a certificate alone.</param>
    public void Watch(IReadOnlyList<ConfigSource> sources, DateTimeOffset since, bool all)
    {
        // Lists look after themselves.
        var states = sources.Where(static source => source.Kind != ConfigSourceKind.List).Distinct().ToDictionary(
            static source => source, source => FileState.Of(source.Path) is var state && state.Written < since.UtcDateTime ? state : default);
        lock (_gate)
        {
            _read = states;
            _seen = states;
            _told = [];
            _all = all;
        }
    }

    /// <summary>The last reload that a change has led to.</summary>
    internal Task Running
    {
        get
        {
            lock (_gate)
                return _running;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void Look()
    {
        lock (_gate)
        {
            if (!_running.IsCompleted || _ending.IsCancellationRequested)
                return;
            var now = _read.Keys.ToDictionary(static source => source, static source => FileState.Of(source.Path));
            var isStill = now.All(pair => _seen[pair.Key] == pair.Value);
            _seen = now;
            if (!isStill || !IsReload([.. now.Where(pair => _read[pair.Key] != pair.Value).Select(static pair => pair.Key)]))
                return;
            _read = now;
            _running = Task.Run(() => _changed(_ending.Token));
        }
    }

    bool IsReload(IReadOnlyList<ConfigSource> changed)
    {
        if (_all)
            return changed.Count > 0;
        var certificate = changed.FirstOrDefault(static source => source.Kind == ConfigSourceKind.Certificate);
        if (certificate is null)
            return false;
        if (changed.All(static source => source.Kind == ConfigSourceKind.Certificate))
            return true;
        // What else has changed is the operator's, who has not asked for it yet.
        if (_told.Add(certificate.Path))
            _waits(certificate.Path);
        return false;
    }
}
