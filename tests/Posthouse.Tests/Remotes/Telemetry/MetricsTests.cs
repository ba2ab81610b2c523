using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Telemetry;

/// <summary>What is measured, and that docs/metrics.md says the same.</summary>
public sealed class MetricsTests : IDisposable
{
    readonly Factory _factory = new();
    readonly MeterListener _listener = new();
    readonly ConcurrentDictionary<string, Instrument> _instruments = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = new();

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != _factory)
                return;
            _instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _measured.Enqueue((instrument.Name, value, Text(tags))));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _measured.Enqueue((instrument.Name, value, Text(tags))));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _factory.Dispose();
    }

    [Fact]
    public async Task The_document_lists_each_instrument_with_its_kind_its_unit_and_its_tags()
    {
        await using var box = await PlayAsync();
        var written = File.ReadAllLines(Path.Combine(Root(), "docs", "metrics.md"))
            .Select(line => Regex.Match(line, @"^\| `(posthouse[^`]+)` \| ([^|]+) \| `([^`]+)` \|([^|]*)\|")).Where(match => match.Success)
            .Select(match => (Name: match.Groups[1].Value, Kind: match.Groups[2].Value, Unit: match.Groups[3].Value,
                Tags: Regex.Matches(match.Groups[4].Value, "`([a-z]+)`").Select(tag => tag.Groups[1].Value).ToArray())).ToArray();

        Assert.Equal(_instruments.Keys.Order(StringComparer.Ordinal), written.Select(row => row.Name).Order(StringComparer.Ordinal));
        Assert.All(written, row =>
        {
            Assert.Equal((row.Kind, row.Unit), (Kind(_instruments[row.Name]), _instruments[row.Name].Unit));
            Assert.All(_measured.Where(measure => measure.Name == row.Name), measure => Assert.Equal(
                row.Tags.Prepend("remote").Order(StringComparer.Ordinal),
                measure.Tags.Split(' ').Select(tag => tag.Split('=')[0]).Order(StringComparer.Ordinal)));
        });
    }

    [Fact]
    public async Task What_happened_is_what_is_measured()
    {
        await using var box = await PlayAsync();

        Assert.Equal(1, Sum("posthouse.remote.answers", "answer=yes question=login remote=box"));
        Assert.Equal(1, Sum("posthouse.remote.answers", "answer=no question=recipient remote=box"));
        Assert.Equal(1, Sum("posthouse.remote.answers", "answer=delivered question=relay remote=box"));
        Assert.Equal(1, Last("posthouse.remote.cache.hits", "kind=fresh remote=box"));
        Assert.Equal(2, Last("posthouse.remote.cache.misses", "remote=box"));
        Assert.Equal(1, Last("posthouse.remote.cache.entries", "cache=positive remote=box"));
        Assert.Equal(1, Last("posthouse.remote.cache.entries", "cache=negative remote=box"));
        Assert.Equal(2, Last("posthouse.remote.connections.opened", "remote=box"));
        Assert.Equal(1, Last("posthouse.remote.connections", "remote=box state=idle"));
        Assert.Equal(0, Last("posthouse.remote.breaker", "remote=box"));
        Assert.Equal(1, Last("posthouse.remote.tls.unverified", "remote=box"));
        Assert.Equal(2, _measured.Count(measure => measure.Name == "posthouse.remote.connect.duration" && measure.Tags == "outcome=ok remote=box"));
        Assert.Equal(["AUTH", "MAIL", "RCPT"], _measured.Where(measure => measure.Name == "posthouse.remote.request.duration")
            .Select(measure => Regex.Match(measure.Tags, "verb=(\\w+)").Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.All(_measured.Where(measure => measure.Name.EndsWith("duration", StringComparison.Ordinal)), measure => Assert.InRange(measure.Value, 0, 60));
    }

    [Fact]
    public async Task The_end_of_the_hosts_certificate_is_seen()
    {
        await using var box = await SandboxedHost.StartAsync(
            SandboxProtocol.Imap, options => options with { Tls = new RemoteTlsOptions { AllowInvalidCerts = true } },
            sandbox => sandbox with { Tls = SandboxTls.Implicit }, new RemoteHostServices { Meters = _factory });
        await box.LogInAsync("jane@example.org", "wrong");
        _listener.RecordObservableInstruments();

        var end = new DateTimeOffset(box.Server.Certificate.NotAfter.ToUniversalTime());
        Assert.Equal(end, box.Host.Snapshot().CertificateExpiry);
        Assert.Equal(end.ToUnixTimeSeconds(), Last("posthouse.remote.tls.expiry", "remote=box"));
    }

    [Fact]
    public async Task A_host_that_is_gone_is_measured_no_more()
    {
        await using (await PlayAsync())
            _measured.Clear();
        _measured.Clear();
        _listener.RecordObservableInstruments();

        Assert.DoesNotContain(_measured, measure => measure.Tags.Contains("remote=box", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listener_that_throws_costs_neither_a_slot_nor_an_answer()
    {
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException("a fault of the listener"));
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("a fault of the listener"));
        await using var box = await SandboxedHost.StartAsync(
            SandboxProtocol.Smtp, options => options with { Concurrency = 1 }, services: new RemoteHostServices { Meters = _factory });

        Assert.Equal(AnswerKind.No, (await box.CheckAsync("nobody@example.org")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync("a: b\r\n\r\n", "jane@example.org")).Outcomes).Disposition);
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot() is { Busy: 0 });
    }

    /// <summary>A login, a check twice and a message.</summary>
    async Task<SandboxedHost> PlayAsync()
    {
        var box = await SandboxedHost.StartAsync(
            SandboxProtocol.Smtp, options => options with { Tls = options.Tls with { AllowInvalidCerts = true } }, services: new RemoteHostServices { Meters = _factory });
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot() is { Closing: 0, Busy: 0 });
        await box.CheckAsync("nobody@example.org");
        await box.CheckAsync("nobody@example.org");
        // A check is answered before its RSET is, and a message that came in between would have a connection of its own.
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Idle == 1);
        Assert.Equal(Disposition.Delivered, Assert.Single((await box.RelayAsync("a: b\r\n\r\n", "jane@example.org")).Outcomes).Disposition);
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Idle == 1);
        _listener.RecordObservableInstruments();
        return box;
    }

    double Sum(string name, string tags) => _measured.Where(measure => measure.Name == name && measure.Tags == tags).Sum(measure => measure.Value);

    double Last(string name, string tags) => _measured.Last(measure => measure.Name == name && measure.Tags == tags).Value;

    static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new List<string>();
        foreach (var (name, value) in tags)
            texts.Add($"{name}={value}");
        return string.Join(' ', texts.Order(StringComparer.Ordinal));
    }

    static string Kind(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<long> or ObservableCounter<long> => "counter",
        ObservableUpDownCounter<long> => "up-down counter",
        ObservableGauge<long> => "gauge",
        _ => instrument.GetType().Name,
    };

    static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", ".."));

    sealed class Factory : IMeterFactory
    {
        readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
