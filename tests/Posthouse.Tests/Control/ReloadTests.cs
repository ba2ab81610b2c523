using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A running gateway whose file changes.</summary>
public sealed class ReloadTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-reload-").FullName;
    readonly FakeTimeProvider _time = new();
    readonly EventCounts _log = new();
    readonly SandboxServer _host = new(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip") });
    GatewayServer? _gateway;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string FileName => Path.Combine(_folder, "posthouse.toml");

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Text(string greeting = "one", string bind = "127.0.0.1:0", string server = "", string remote = "", string more = "", string queue = "queue") => $$"""
        [server]
        hostname = "gw.example.org"
        greeting = "{{greeting}}"
        {{server}}
        [server.listener.smtp]
        bind = "{{bind}}"
        [session.rcpt.lookup]
        addresses = "remote/host"
        [session.rcpt.errors]
        wait = "0s"
        [queue]
        path = "{{_folder}}/{{queue}}"
        outbound.next-hop = "host"
        [remote.host]
        address = "127.0.0.1"
        port = {{_host.Port}}
        protocol = "lmtp"
        lookup = true
        tls = { implicit = false, starttls = "disable" }
        {{remote}}
        {{more}}
        """;

    async Task<GatewayServer> StartAsync(string text)
    {
        await File.WriteAllTextAsync(FileName, text, Token);
        return _gateway = await GatewayServer.StartAsync(FileName, new GatewayServices { Loggers = _log, Time = _time }, Token);
    }

    async Task<ReloadResult> ReloadAsync(string text)
    {
        await File.WriteAllTextAsync(FileName, text, Token);
        return await _gateway!.ReloadAsync(Token);
    }

    async Task<(SocketClient Client, string Greeting)> ConnectAsync()
    {
        var client = await SocketClient.ConnectAsync(_gateway!.Endpoints["smtp"][0]);
        return (client, (await client.ReplyAsync())!);
    }

    static async Task<string?> SayAsync(SocketClient client, string line)
    {
        await client.SendAsync(line + "\r\n");
        return await client.ReplyAsync();
    }

    [Fact]
    public async Task A_session_keeps_the_configuration_it_began_with()
    {
        await _host.StartAsync(Token);
        await StartAsync(Text("one"));
        var (before, first) = await ConnectAsync();
        using var _ = before;
        Assert.Equal("220 gw.example.org ESMTP one", first);
        var port = _gateway!.Endpoints["smtp"][0];

        Assert.True((await ReloadAsync(Text("two", more: "[session.data.limits]\nsize = 1000000\n"))).IsApplied);
        Assert.Equal(port, _gateway.Endpoints["smtp"][0]);
        var (after, second) = await ConnectAsync();
        using var __ = after;
        Assert.Equal("220 gw.example.org ESMTP two", second);
        await SayAsync(after, "EHLO client.example");
        Assert.Equal("552", (await SayAsync(after, "MAIL FROM:<ann@example.net> SIZE=1000001"))?[..3]);
        await SayAsync(before, "EHLO client.example");
        Assert.Equal("250", (await SayAsync(before, "MAIL FROM:<ann@example.net> SIZE=1000001"))?[..3]);
    }

    [Theory]
    [InlineData("[session]\ntimeout = \"never ever\"\n", "session.timeout")]
    [InlineData("this is no TOML", "")]
    public async Task A_configuration_with_an_error_changes_nothing_and_says_why(string fault, string key)
    {
        await _host.StartAsync(Token);
        await StartAsync(Text("one"));
        var before = _gateway!.Model;
        var result = await ReloadAsync(Text("two", more: fault));
        Assert.False(result.IsApplied);
        Assert.Contains(result.Problems, problem => problem.IsError && problem.Key == key && problem.Line > 0);
        Assert.Same(before, _gateway.Model);
        var (client, greeting) = await ConnectAsync();
        client.Dispose();
        Assert.EndsWith("one", greeting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_cannot_be_had_changes_nothing()
    {
        await _host.StartAsync(Token);
        await StartAsync(Text("one"));
        var result = await ReloadAsync(Text("two", bind: $"127.0.0.1:{_host.Port}"));
        Assert.False(result.IsApplied);
        Assert.StartsWith($"server.listener.smtp: cannot listen on 127.0.0.1:{_host.Port}:", result.Refusal, StringComparison.Ordinal);
        var (client, greeting) = await ConnectAsync();
        client.Dispose();
        Assert.EndsWith("one", greeting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_that_has_not_changed_keeps_its_connections_and_its_answers()
    {
        await _host.StartAsync(Token);
        await StartAsync(Text());
        await AskAsync("jane");
        var host = _gateway!.Remotes["host"];

        Assert.True((await ReloadAsync(Text("two"))).IsApplied);
        Assert.Same(host, _gateway.Remotes["host"]);
        await AskAsync("jane");
        Assert.Equal((1, 1), (_host.Journal.Count("RCPT"), _host.Journal.Connections));
        await AskAsync("joe");
        Assert.Equal((2, 1), (_host.Journal.Count("RCPT"), _host.Journal.Connections));

        Assert.True((await ReloadAsync(Text("two", remote: "concurrency = 7"))).IsApplied);
        Assert.NotSame(host, _gateway.Remotes["host"]);
        await AskAsync("jane");
        Assert.Equal((3, 2), (_host.Journal.Count("RCPT"), _host.Journal.Connections));

        async Task AskAsync(string name)
        {
            var (client, _) = await ConnectAsync();
            using var __ = client;
            await SayAsync(client, "EHLO client.example");
            await SayAsync(client, "MAIL FROM:<ann@example.net>");
            Assert.Equal(name == "jane" ? "250" : "550", (await SayAsync(client, $"RCPT TO:<{name}@example.org>"))?[..3]);
        }
    }

    [Fact]
    public async Task What_only_a_start_can_change_stays_and_is_told()
    {
        await _host.StartAsync(Token);
        await StartAsync(Text());
        var path = _gateway!.Model.Queue.Path;
        var result = await ReloadAsync(Text(queue: "elsewhere", more: "[global.tracing]\nmethod = \"stdout\"\nlevel = \"debug\"\n"));
        Assert.Equal((true, path), (result.IsApplied, _gateway.Model.Queue.Path));
        Assert.Equal(["queue.path", "global.tracing"], result.NeedsRestart);
    }

    [Fact]
    public async Task Nothing_is_reloaded_behind_the_end()
    {
        await _host.StartAsync(Token);
        await StartAsync(Text());
        await _gateway!.StopAsync(Token);
        Assert.Equal((false, "the gateway is stopping"), (await ReloadAsync(Text("two"))) is var result ? (result.IsApplied, result.Refusal) : default);
    }

    [Fact]
    public async Task A_watched_file_is_reloaded_when_its_change_has_held_still()
    {
        await _host.StartAsync(Token);
        await StartAsync(Text("one", server: "watch = true"));
        await File.WriteAllTextAsync(FileName, Text("two, and longer", server: "watch = true"), Token);
        _time.Advance(ConfigWatch.Interval);
        Assert.Equal(0, _log.Count("Reloaded"));
        _time.Advance(ConfigWatch.Interval);
        await _gateway!.Watching.Running.WaitAsync(Token);
        Assert.Equal(1, _log.Count("Reloaded"));
        var (client, greeting) = await ConnectAsync();
        client.Dispose();
        Assert.EndsWith("two, and longer", greeting, StringComparison.Ordinal);

        // A fault is told once, and its correction noticed.
        await File.WriteAllTextAsync(FileName, "oh", Token);
        await LookTwiceAsync();
        await LookTwiceAsync();
        await File.WriteAllTextAsync(FileName, Text("three", server: "watch = true"), Token);
        await LookTwiceAsync();
        Assert.Equal((1, 2), (_log.Count("ReloadRefused"), _log.Count("Reloaded")));
    }

    [Fact]
    public async Task A_file_that_is_not_watched_waits_for_a_word()
    {
        await _host.StartAsync(Token);
        await StartAsync(Text("one"));
        await File.WriteAllTextAsync(FileName, Text("two, and longer"), Token);
        await LookTwiceAsync();
        Assert.Equal(0, _log.Count("Reloaded"));
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_by_itself_and_a_session_inside_tls_goes_on()
    {
        await _host.StartAsync(Token);
        var tls = $"tls.enable = true\ntls.implicit = true\ntls.certificate = \"own\"\n[certificate.own]\ncert = \"file://{_folder}/cert.pem\"\nprivate-key = \"file://{_folder}/key.pem\"\n";
        var text = Text().Replace("[session.rcpt.lookup]", tls + "[session.rcpt.lookup]", StringComparison.Ordinal);
        using var old = await WriteCertificateAsync("CN=old.example.org");
        await StartAsync(text);
        using var before = await SocketClient.ConnectAsync(_gateway!.Endpoints["smtp"][0]);
        await before.SecureAsync(old);
        await before.ReplyAsync();

        using var renewed = await WriteCertificateAsync("CN=renewed-and-longer.example.org");
        await LookTwiceAsync();
        using var after = await SocketClient.ConnectAsync(_gateway.Endpoints["smtp"][0]);
        await after.SecureAsync(renewed);
        Assert.StartsWith("220 ", await after.ReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("250", (await SayAsync(before, "EHLO client.example"))?[..3]);
    }

    async Task<X509Certificate2> WriteCertificateAsync(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem(), Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "cert.pem"), made.ExportCertificatePem(), Token);
        return X509CertificateLoader.LoadCertificate(made.RawData);
    }

    /// <summary>The first look sees a change, the second that it holds still.</summary>
    async Task LookTwiceAsync()
    {
        for (var i = 0; i < 2; i++)
            _time.Advance(ConfigWatch.Interval);
        await _gateway!.Watching.Running.WaitAsync(Token);
    }
}

/// <summary>Counts events by name.</summary>
sealed class EventCounts : ILoggerFactory, ILogger
{
    readonly Lock _gate = new();
    readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Count(string name)
    {
        lock (_gate)
            return _counts.GetValueOrDefault(name);
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            var name = eventId.Name ?? "";
            _counts[name] = _counts.GetValueOrDefault(name) + 1;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
