using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A running gateway whose file changes.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    readonly GatewayFolder _site = new();
    readonly FakeTimeProvider _time = new();
    readonly EventCounts _log = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _site.Host.StartAsync(Token);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    Task<GatewayServer> StartAsync(string text) => _site.StartAsync(text, new GatewayServices { Loggers = _log, Time = _time });

    static async Task<string?> SayAsync(SocketClient client, string line)
    {
        await client.SendAsync(line + "\r\n");
        return await client.ReplyAsync();
    }

    [Fact]
    public async Task A_session_keeps_the_configuration_it_began_with()
    {
        await StartAsync(_site.Text("one"));
        var (before, first) = await _site.ConnectAsync();
        using var _ = before;
        Assert.Equal("220 gw.example.org ESMTP one", first);
        var port = _site.Gateway.Endpoints["smtp"][0];

        Assert.True((await _site.ReloadAsync(_site.Text("two", more: "[session.data.limits]\nsize = 1000000\n"))).IsApplied);
        Assert.Equal(port, _site.Gateway.Endpoints["smtp"][0]);
        var (after, second) = await _site.ConnectAsync();
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
        await StartAsync(_site.Text("one"));
        var before = _site.Gateway.Model;
        var result = await _site.ReloadAsync(_site.Text("two", more: fault));
        Assert.False(result.IsApplied);
        Assert.Contains(result.Problems, problem => problem.IsError && problem.Key == key && problem.Line > 0);
        Assert.Same(before, _site.Gateway.Model);
        Assert.Equal("one", await _site.GreetingAsync());
    }

    [Fact]
    public async Task An_address_that_cannot_be_had_changes_nothing()
    {
        await StartAsync(_site.Text("one"));
        var result = await _site.ReloadAsync(_site.Text("two", bind: $"127.0.0.1:{_site.Host.Port}"));
        Assert.False(result.IsApplied);
        Assert.StartsWith($"server.listener.smtp: cannot listen on 127.0.0.1:{_site.Host.Port}:", result.Refusal, StringComparison.Ordinal);
        Assert.Equal("one", await _site.GreetingAsync());
    }

    [Fact]
    public async Task A_remote_that_has_not_changed_keeps_its_connections_and_its_answers()
    {
        await StartAsync(_site.Text());
        await AskAsync("jane");
        var host = _site.Gateway.Remotes["host"];

        Assert.True((await _site.ReloadAsync(_site.Text("two"))).IsApplied);
        Assert.Same(host, _site.Gateway.Remotes["host"]);
        await AskAsync("jane");
        Assert.Equal((1, 1), (_site.Host.Journal.Count("RCPT"), _site.Host.Journal.Connections));
        await AskAsync("joe");
        Assert.Equal((2, 1), (_site.Host.Journal.Count("RCPT"), _site.Host.Journal.Connections));

        Assert.True((await _site.ReloadAsync(_site.Text("two", remote: "concurrency = 7"))).IsApplied);
        Assert.NotSame(host, _site.Gateway.Remotes["host"]);
        await AskAsync("jane");
        Assert.Equal((3, 2), (_site.Host.Journal.Count("RCPT"), _site.Host.Journal.Connections));

        async Task AskAsync(string name)
        {
            var (client, _) = await _site.ConnectAsync();
            using var __ = client;
            await SayAsync(client, "EHLO client.example");
            await SayAsync(client, "MAIL FROM:<ann@example.net>");
            Assert.Equal(name == "jane" ? "250" : "550", (await SayAsync(client, $"RCPT TO:<{name}@example.org>"))?[..3]);
        }
    }

    [Fact]
    public async Task Mail_that_waits_behind_a_hop_goes_the_new_way_at_once()
    {
        await using var other = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip") });
        await other.StartAsync(Token);
        _site.Host.Faults.OnCommand = static (verb, _) => verb == "RCPT" ? SandboxAction.Stall : null;
        var text = _site.Text(recipients: "\"remote/other\"", remote: "concurrency = 1", more: $$"""
            [remote.other]
            address = "127.0.0.1"
            port = {{other.Port}}
            protocol = "lmtp"
            lookup = true
            tls = { implicit = false, starttls = "disable" }
            """);
        await StartAsync(text);
        var (client, _) = await _site.ConnectAsync();
        using var __ = client;
        await SayAsync(client, "EHLO client.example");
        for (var i = 0; i < 3; i++)
        {
            await SayAsync(client, "MAIL FROM:<ann@example.net>");
            await SayAsync(client, "RCPT TO:<jane@example.org>");
            await SayAsync(client, "DATA");
            Assert.Equal("250", (await SayAsync(client, "Subject: way\r\n\r\nway\r\n."))?[..3]);
        }
        await _site.Host.Journal.WaitAsync(() => _site.Host.Journal.Count("RCPT") == 1, Token);

        Assert.True((await _site.ReloadAsync(text.Replace("next-hop = \"host\"", "next-hop = \"other\"", StringComparison.Ordinal))).IsApplied);
        await other.Journal.WaitForMessagesAsync(2, Token);
        Assert.Equal(1, _site.Host.Journal.Count("RCPT"));
    }

    [Fact]
    public async Task What_only_a_start_can_change_stays_and_is_told()
    {
        await StartAsync(_site.Text());
        var path = _site.Gateway.Model.Queue.Path;
        var result = await _site.ReloadAsync(_site.Text(queue: "elsewhere", more: "[global.tracing]\nmethod = \"stdout\"\nlevel = \"debug\"\n"));
        Assert.Equal((true, path), (result.IsApplied, _site.Gateway.Model.Queue.Path));
        Assert.Equal(["queue.path", "global.tracing"], result.NeedsRestart);
    }

    [Fact]
    public async Task Nothing_is_reloaded_behind_the_end()
    {
        await StartAsync(_site.Text());
        await _site.Gateway.StopAsync(Token);
        Assert.Equal((false, "the gateway is stopping"), (await _site.ReloadAsync(_site.Text("two"))) is var result ? (result.IsApplied, result.Refusal) : default);
    }

    [Fact]
    public async Task A_watched_file_is_reloaded_when_its_change_has_held_still()
    {
        await StartAsync(_site.Text("one", server: "watch = true"));
        await _site.WriteAsync(_site.Text("two, and longer", server: "watch = true"));
        _time.Advance(ConfigWatch.Interval);
        Assert.Equal(0, _log.Count("Reloaded"));
        _time.Advance(ConfigWatch.Interval);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal(1, _log.Count("Reloaded"));
        Assert.Equal("two, and longer", await _site.GreetingAsync());

        // A fault is told once, and its correction noticed.
        await _site.WriteAsync("oh");
        await LookTwiceAsync();
        await LookTwiceAsync();
        await _site.WriteAsync(_site.Text("three", server: "watch = true"));
        await LookTwiceAsync();
        Assert.Equal((1, 2), (_log.Count("ReloadRefused"), _log.Count("Reloaded")));
    }

    [Fact]
    public async Task A_file_that_is_not_watched_waits_for_a_word()
    {
        await StartAsync(_site.Text("one"));
        await _site.WriteAsync(_site.Text("two, and longer"));
        await LookTwiceAsync();
        Assert.Equal(0, _log.Count("Reloaded"));
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_by_itself_and_a_session_inside_tls_goes_on()
    {
        var own = $"[certificate.own]\ncert = \"file://{_site["cert.pem"]}\"\nprivate-key = \"file://{_site["key.pem"]}\"\n";
        var text = _site.Text(listener: "tls = { enable = true, implicit = true, certificate = \"own\" }", more: own);
        using var old = await WriteCertificateAsync("CN=old.example.org");
        await StartAsync(text);
        using var before = await SocketClient.ConnectAsync(_site.Gateway.Endpoints["smtp"][0]);
        await before.SecureAsync(old);
        await before.ReplyAsync();

        using var renewed = await WriteCertificateAsync("CN=renewed-and-longer.example.org");
        await LookTwiceAsync();
        using var after = await SocketClient.ConnectAsync(_site.Gateway.Endpoints["smtp"][0]);
        await after.SecureAsync(renewed);
        Assert.StartsWith("220 ", await after.ReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("250", (await SayAsync(before, "EHLO client.example"))?[..3]);
    }

    async Task<X509Certificate2> WriteCertificateAsync(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(_site["key.pem"], key.ExportPkcs8PrivateKeyPem(), Token);
        await File.WriteAllTextAsync(_site["cert.pem"], made.ExportCertificatePem(), Token);
        return X509CertificateLoader.LoadCertificate(made.RawData);
    }

    /// <summary>The first look sees a change, the second that it holds still.</summary>
    async Task LookTwiceAsync()
    {
        for (var i = 0; i < 2; i++)
            _time.Advance(ConfigWatch.Interval);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
    }
}
