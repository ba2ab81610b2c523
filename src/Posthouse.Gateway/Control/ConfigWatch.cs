using Posthouse.Gateway.Config;
using Posthouse.Gateway.Files;

namespace Posthouse.Gateway.Control;

/// <summary>
/// Looks at the files of the configuration every few seconds: certificates in force always, since they are renewed by programs that know nothing
/// of this one, all others with <c>server.watch</c>. Looking works everywhere, over links, mounts and networks, where notifications do not. A change
/// counts when it has held still from one look to the next, so that nothing half-written is read.
/// </summary>
sealed class ConfigWatch : IAsyncDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly Func<CancellationToken, Task> _changed;
    readonly Func<CancellationToken, Task> _renewed;
    readonly ITimer _timer;
    readonly CancellationTokenSource _ending = new();
    readonly Lock _gate = new();

    // As each was before it was read, and at the last look.
    Dictionary<ConfigSource, FileState> _read = [];
    Dictionary<ConfigSource, FileState> _seen = [];
    HashSet<ConfigSource> _certificates = [];
    bool _all;
    Task _running = Task.CompletedTask;

    /// <param name="time">When to look.</param>
    /// <param name="changed">Is to reload; it and the next are not run twice at once.</param>
    /// <param name="renewed">Is to take certificates alone.</param>
    public ConfigWatch(TimeProvider time, Func<CancellationToken, Task> changed, Func<CancellationToken, Task> renewed)
    {
        _changed = changed;
        _renewed = renewed;
        _timer = time.CreateTimer(static state => ((ConfigWatch)state!).Look(), this, Interval, Interval);
    }

    /// <summary>A configuration has been read.</summary>
    /// <param name="sources">All that it depends on.</param>
    /// <param name="isInForce">False = it was refused. It is watched, so that its correction is noticed, beside the certificates that stay in force.</param>
    /// <param name="all">Whether a change of any file is a reload.</param>
    public void Watch(ReadSources sources, bool isInForce, bool all)
    {
        // Lists look after themselves.
        var states = sources.States.Where(static pair => pair.Key.Kind != ConfigSourceKind.List).ToDictionary();
        lock (_gate)
        {
            if (isInForce)
                _certificates = [.. states.Keys.Where(static source => source.Kind == ConfigSourceKind.Certificate)];
            else
                foreach (var certificate in _certificates)
                    states[certificate] = _read[certificate];
            _read = states;
            _seen = new(states);
            _all = all;
        }
    }

    /// <summary>The last reload or renewal that a change has led to.</summary>
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
            var before = _seen;
            _seen = _read.Keys.ToDictionary(static source => source, static source => source.Look());
            if (_all && Take(before, [.. _read.Keys.Where(source => !_certificates.Contains(source))]))
                _running = Task.Run(() => _changed(_ending.Token));
            else if (Take(before, [.. _certificates]))
                _running = Task.Run(() => _renewed(_ending.Token));
        }
    }

    /// <summary>Whether there is a change among some files, and they have held still; it counts as read then, whatever comes of it.</summary>
    bool Take(Dictionary<ConfigSource, FileState> before, List<ConfigSource> sources)
    {
        if (sources.Exists(source => _seen[source] != before[source]) || sources.TrueForAll(source => _seen[source] == _read[source]))
            return false;
        foreach (var source in sources)
            _read[source] = _seen[source];
        return true;
    }
}
