using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Gateway.Exchangers;

/// <summary>
/// The exchangers that are spoken to now or were lately, by how they are spoken to, so that one message finds the connection of the one
/// before, whatever its domain. Those that nobody uses are bounded in number: the one that has rested longest goes first. Those in use are
/// bounded by the messages on their way.
/// </summary>
sealed class ExchangerHosts : IAsyncDisposable
{
    /// <summary>Open connections to one address of an exchanger. Most of them take twenty from one client.</summary>
    internal const int ConnectionsEach = 10;

    /// <summary>Exchangers kept although nobody uses them.</summary>
    internal const int MostResting = 500;

    /// <summary>An exchanger without connections is kept a while, since it knows whether it was out of reach.</summary>
    internal static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

    readonly RemoteHostServices _services;
    readonly ITimer _sweep;
    readonly Lock _gate = new();
    readonly Dictionary<MailExchangerOptions, Entry> _entries = [];
    readonly LinkedList<Entry> _resting = new();
    readonly HashSet<Task> _leaving = [];

    public ExchangerHosts(RemoteHostServices services)
    {
        _services = services;
        _sweep = services.Time.CreateTimer(static hosts => ((ExchangerHosts)hosts!).Sweep(), this, LongestRest, LongestRest);
    }

    internal int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Hands a message over, see <see cref="MailExchanger.RelayAsync"/>.</summary>
    public async Task<RelayResult> RelayAsync(MailExchangerOptions options, RelayRequest request, CancellationToken cancellationToken)
    {
        var entry = Take(options);
        try
        {
            return await entry.Host.RelayAsync(request, cancellationToken);
        }
        finally
        {
            GiveBack(entry);
        }
    }

    /// <summary>To be called when nothing is on its way any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        Task[] leaving;
        lock (_gate)
        {
            while (_resting.First is { } resting)
                Retire(resting.Value);
            leaving = [.. _leaving];
        }
        await Task.WhenAll(leaving);
    }

    Entry Take(MailExchangerOptions options)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(options, out var entry))
                _entries.Add(options, entry = new Entry(new MailExchanger(options, _services)));
            if (entry.Users++ == 0 && entry.Rest is { } rest)
                _resting.Remove(rest);
            entry.Rest = null;
            return entry;
        }
    }

    void GiveBack(Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Users > 0)
                return;
            entry.Since = _services.Time.GetTimestamp();
            entry.Rest = _resting.AddLast(entry);
            if (_resting.Count > MostResting)
                Retire(_resting.First!.Value);
        }
    }

    void Sweep()
    {
        lock (_gate)
        {
            while (_resting.First is { Value: var oldest } && _services.Time.GetElapsedTime(oldest.Since) >= LongestRest)
                Retire(oldest);
        }
    }

    /// <summary>Under the lock.</summary>
    void Retire(Entry entry)
    {
        _resting.Remove(entry.Rest!);
        _entries.Remove(entry.Host.Options);
        var left = Task.Run(async () => await entry.Host.DisposeAsync());
        _leaving.Add(left);
        left.ContinueWith(done =>
        {
            lock (_gate)
                _leaving.Remove(done);
        }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    sealed class Entry(MailExchanger host)
    {
        public MailExchanger Host => host;

        public int Users { get; set; }

        public long Since { get; set; }

        public LinkedListNode<Entry>? Rest { get; set; }
    }
}
