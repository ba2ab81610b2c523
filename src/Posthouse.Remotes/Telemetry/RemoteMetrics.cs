using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Posthouse.Remotes.Telemetry;

/// <summary>
/// The meter of this library, one for each meter factory; <c>docs/metrics.md</c> describes each instrument. What a host is at a moment
/// is read from its snapshot when somebody collects.
/// </summary>
sealed class RemoteMetrics
{
    public const string MeterName = "Posthouse.Remotes";

    /// <summary>The tag that names the host.</summary>
    public const string Remote = "remote";

    static readonly RemoteMetrics WithoutFactory = new(new Meter(MeterName));
    static readonly ConditionalWeakTable<IMeterFactory, RemoteMetrics> ByFactory = [];

    readonly Lock _gate = new();
    readonly List<Func<RemoteHostSnapshot>> _hosts = [];

    RemoteMetrics(Meter meter)
    {
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };
        Wait = meter.CreateHistogram("posthouse.remote.wait.duration", "s", "Time a request waited for a connection.", null, seconds);
        Connect = meter.CreateHistogram("posthouse.remote.connect.duration", "s", "Time to establish a connection, or to fail at it.", null, seconds);
        Request = meter.CreateHistogram("posthouse.remote.request.duration", "s", "Time of a request on its connection.", null, seconds);
        Answers = meter.CreateCounter<long>("posthouse.remote.answers", "{answer}", "What hosts answered to what.");

        meter.CreateObservableUpDownCounter("posthouse.remote.connections", () => Observe<long>(
            ("state", "idle", host => host.Idle), ("state", "busy", host => host.Busy),
            ("state", "connecting", host => host.Connecting), ("state", "closing", host => host.Closing)), "{connection}", "Connections by state.");
        meter.CreateObservableCounter("posthouse.remote.connections.opened", () => Observe<long>(("", "", host => host.Opened)), "{connection}", "Connections opened.");
        meter.CreateObservableUpDownCounter("posthouse.remote.waiters", () => Observe<long>(
            ("class", "login", host => host.WaitingLogins), ("class", "check", host => host.WaitingChecks),
            ("class", "relay", host => host.WaitingRelays)), "{request}", "Requests that wait for a connection.");
        meter.CreateObservableCounter("posthouse.remote.cache.hits", () => Observe<long>(
            ("kind", "fresh", host => host.CacheHits), ("kind", "stale", host => host.StaleHits),
            ("kind", "coalesced", host => host.CoalescedLookups)), "{lookup}", "Lookups answered without a question of their own.");
        meter.CreateObservableCounter("posthouse.remote.cache.misses", () => Observe<long>(("", "", host => host.CacheMisses)), "{lookup}", "Lookups that no cache had an answer to.");
        meter.CreateObservableUpDownCounter("posthouse.remote.cache.entries", () => Observe<long>(
            ("cache", "positive", host => host.PositiveEntries), ("cache", "negative", host => host.NegativeEntries)), "{entry}", "Answers kept.");
        meter.CreateObservableCounter("posthouse.remote.cache.evictions", () => Observe<long>(
            ("cache", "positive", host => host.PositiveEvictions), ("cache", "negative", host => host.NegativeEvictions)), "{entry}", "Answers given up for newer ones.");
        meter.CreateObservableGauge("posthouse.remote.breaker", () => Observe<long>(("", "", host => (long)host.Breaker)), "{state}", "0 closed, 1 half-open, 2 open.");
        meter.CreateObservableGauge("posthouse.remote.tls.expiry", () => Observe(("", "", Expiry)), "s", "Unix time at which the host's certificate ends.");
        meter.CreateObservableGauge("posthouse.remote.tls.unverified", () => Observe<long>(("", "", host => host.AcceptsAnyCertificate ? 1 : 0)), "{host}", "1 where tls.allow-invalid-certs accepts any certificate.");
    }

    public Histogram<double> Wait { get; }

    public Histogram<double> Connect { get; }

    public Histogram<double> Request { get; }

    public Counter<long> Answers { get; }

    public static RemoteMetrics Of(IMeterFactory? factory) =>
        factory is null ? WithoutFactory : ByFactory.GetValue(factory, static factory => new RemoteMetrics(factory.Create(MeterName)));

    /// <summary>From now on the host is among those that are collected.</summary>
    public void Add(Func<RemoteHostSnapshot> snapshot)
    {
        lock (_gate)
            _hosts.Add(snapshot);
    }

    public void Remove(Func<RemoteHostSnapshot> snapshot)
    {
        lock (_gate)
            _hosts.Remove(snapshot);
    }

    static long? Expiry(RemoteHostSnapshot host) => host.CertificateExpiry?.ToUnixTimeSeconds();

    List<Measurement<T>> Observe<T>(params ReadOnlySpan<(string Tag, string Value, Func<RemoteHostSnapshot, T?> Read)> views)
        where T : struct
    {
        Func<RemoteHostSnapshot>[] hosts;
        lock (_gate)
            hosts = [.. _hosts];
        var measurements = new List<Measurement<T>>();
        foreach (var host in hosts)
        {
            var snapshot = host();
            foreach (var (tag, value, read) in views)
            {
                if (read(snapshot) is not { } measured)
                    continue;
                measurements.Add(tag.Length == 0
                    ? new Measurement<T>(measured, new KeyValuePair<string, object?>(Remote, snapshot.Id))
                    : new Measurement<T>(measured, new KeyValuePair<string, object?>(Remote, snapshot.Id), new KeyValuePair<string, object?>(tag, value)));
            }
        }
        return measurements;
    }
}
