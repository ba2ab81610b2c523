using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Pooling;
using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Hosts;

/// <summary>The hosts by name. A reload replaces those whose definition changed and keeps the others, pools and caches included.</summary>
public sealed class RemoteHostRegistry : IAsyncDisposable
{
    readonly Lock _gate = new();
    readonly RemoteHostServices _services;
    readonly HashSet<Task> _draining = [];

    // By name, over reloads: a host that is drained and the one that takes over from it share their connections' number.
    readonly Dictionary<string, ConnectionSlots> _slots = new(StringComparer.Ordinal);
    volatile FrozenDictionary<string, RemoteHost> _hosts;

    /// <summary>Makes the hosts.</summary>
    /// <exception cref="ArgumentException">A definition is not valid, or two of them have the same name; the message names the host.</exception>
    public RemoteHostRegistry(IEnumerable<RemoteHostOptions> hosts, RemoteHostServices? services = null)
    {
        _services = services ?? new RemoteHostServices();
        _hosts = FrozenDictionary<string, RemoteHost>.Empty;
        Apply(hosts);
    }

    /// <summary>All hosts, by name.</summary>
    public IReadOnlyCollection<RemoteHost> Hosts => [.. _hosts.Values.OrderBy(host => host.Options.Id, StringComparer.Ordinal)];

    /// <summary>
    /// The host of this name, compared ordinally. Ask anew for each use: <see cref="Apply"/> may put another in its place and
    /// take this one out of service.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is none; the message names those that there are.</exception>
    public RemoteHost this[string id] => TryGet(id, out var host)
        ? host
        : throw new KeyNotFoundException($"There is no remote host '{id}'; {(Hosts is { Count: > 0 } hosts
            ? "there is " + string.Join(", ", hosts.Select(each => $"'{each.Options.Id}'"))
            : "none is defined")}.");

    /// <summary>The host of this name, compared ordinally.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out RemoteHost? host) => _hosts.TryGetValue(id, out host);

    /// <summary>Swaps in a new set of definitions; hosts that went or changed are drained in the background.</summary>
    /// <exception cref="ArgumentException">A definition is not valid, or two of them have the same name; nothing was changed.</exception>
    public void Apply(IEnumerable<RemoteHostOptions> hosts)
    {
        var definitions = new Dictionary<string, RemoteHostOptions>(StringComparer.Ordinal);
        foreach (var options in hosts)
        {
            options.ThrowIfInvalid();
            if (!definitions.TryAdd(options.Id, options))
                throw new ArgumentException($"Two remote hosts are called '{options.Id}'.", nameof(hosts));
        }
        List<RemoteHost> outgoing = [];
        lock (_gate)
        {
            var before = _hosts;
            _hosts = definitions.ToFrozenDictionary(
                pair => pair.Key,
                pair => before.TryGetValue(pair.Key, out var kept) && kept.Options == pair.Value
                    ? kept
                    : new RemoteHost(pair.Value, _services, SlotsOf(pair.Key), Proved),
                StringComparer.Ordinal);
            foreach (var (id, host) in before)
            {
                if (!_hosts.TryGetValue(id, out var now) || now != host)
                    outgoing.Add(host);
            }
        }
        // Outside the lock, since it ends connects, whose callers then go on.
        outgoing.ForEach(Drain);
    }

    /// <summary>Forgets what every host has answered; how many answers that were.</summary>
    public int Flush() => _hosts.Values.Sum(host => host.Flush());

    /// <summary>Disposes every host, and waits until those that a reload put out of service are done too.</summary>
    public async ValueTask DisposeAsync()
    {
        Apply([]);
        Task[] draining;
        lock (_gate)
            draining = [.. _draining];
        await Task.WhenAll(draining);
    }

    ConnectionSlots SlotsOf(string id)
    {
        if (!_slots.TryGetValue(id, out var slots))
            _slots[id] = slots = new ConnectionSlots();
        return slots;
    }

    // One mail system often stands behind several hosts: who logs in at the one may be an address of another.
    void Proved(Mailbox mailbox)
    {
        foreach (var host in _hosts.Values)
            host.ForgetNo(mailbox);
    }

    void Drain(RemoteHost host)
    {
        var drained = host.DisposeAsync().AsTask();
        lock (_gate)
            _draining.Add(drained);
        drained.ContinueWith(done =>
        {
            lock (_gate)
                _draining.Remove(done);
        }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
