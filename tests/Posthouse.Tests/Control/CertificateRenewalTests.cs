using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Control;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>Certificates are renewed by programs that know nothing of what an operator does meanwhile.</summary>
public sealed class CertificateRenewalTests : IAsyncDisposable
{
    const string Listener = "tls = { enable = true, implicit = true, certificate = \"own\" }";

    readonly GatewayFolder _site = new();
    readonly FakeTimeProvider _time = new();
    readonly EventCounts _log = new();
    int _writes;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string Text(string greeting = "one", string server = "") => "include = [\"conf.d/*.toml\"]\n" + _site.Text(
        greeting, server: server, listener: Listener,
        more: $"[certificate.own]\ncert = \"file://{_site["cert.pem"]}\"\nprivate-key = \"file://{_site["key.pem"]}\"\n");

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    async Task StartAsync(string server = "")
    {
        Directory.CreateDirectory(_site["conf.d"]);
        await _site.Host.StartAsync(Token);
        await _site.StartAsync(Text(server: server), new GatewayServices { Loggers = _log, Time = _time });
    }

    [Theory]
    [InlineData("posthouse.toml")]
    [InlineData("conf.d/.more.toml.swp")]
    [InlineData("conf.d/more.toml")]
    public async Task One_is_taken_beside_any_other_change_and_that_waits(string changed)
    {
        using var old = await WriteAsync("CN=old");
        await StartAsync();
        await File.WriteAllTextAsync(_site[changed], changed == "posthouse.toml" ? Text("half done") : "oh", Token);
        Look(3);
        using var renewed = await WriteAsync("CN=renewed");
        Look(3);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal("220 gw.example.org ESMTP one", await GreetingAsync(renewed));
        Assert.Equal((1, 0), (_log.Count("CertificateRenewed"), _log.Count("Reloaded")));
    }

    [Fact]
    public async Task One_is_taken_after_a_reload_that_was_refused()
    {
        using var old = await WriteAsync("CN=old");
        await StartAsync();
        Assert.False((await _site.ReloadAsync("this is no TOML")).IsApplied);
        using var renewed = await WriteAsync("CN=renewed");
        Look(2);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal("220 gw.example.org ESMTP one", await GreetingAsync(renewed));
    }

    [Fact]
    public async Task One_that_was_renewed_just_before_a_reload_that_was_refused_is_taken_too()
    {
        using var old = await WriteAsync("CN=old");
        await StartAsync();
        using var renewed = await WriteAsync("CN=renewed");
        Assert.False((await _site.ReloadAsync(Text() + "\nunknown = 1\n")).IsApplied);
        Look(2);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal("220 gw.example.org ESMTP one", await GreetingAsync(renewed));
    }

    [Fact]
    public async Task Half_of_one_leaves_the_one_before_and_is_told_once()
    {
        using var old = await WriteAsync("CN=old");
        await StartAsync();
        var key = await File.ReadAllTextAsync(_site["key.pem"], Token);
        using var renewed = await WriteAsync("CN=renewed");
        var other = await File.ReadAllTextAsync(_site["key.pem"], Token);
        await PutAsync("key.pem", key);
        Look(4);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal("220 gw.example.org ESMTP one", await GreetingAsync(old));
        Assert.Equal(1, _log.Count("CertificateRefused"));

        await PutAsync("key.pem", other);
        Look(2);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal("220 gw.example.org ESMTP one", await GreetingAsync(renewed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("watch = true")]
    public async Task A_file_from_the_future_is_read_once(string server)
    {
        using var own = await WriteAsync("CN=own");
        foreach (var name in (string[])["cert.pem", "key.pem"])
            File.SetLastWriteTimeUtc(_site[name], DateTime.UtcNow.AddDays(1));
        await StartAsync(server);
        File.SetLastWriteTimeUtc(_site.FileName, DateTime.UtcNow.AddDays(1));
        Look(2);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        var once = server.Length > 0 ? 1 : 0;
        Assert.Equal(once, _log.Count("Reloaded"));
        for (var i = 0; i < 3; i++)
        {
            Look(2);
            await _site.Gateway.Watching.Running.WaitAsync(Token);
        }
        Assert.Equal((once, 0, 0), (_log.Count("Reloaded"), _log.Count("CertificateRenewed"), _log.Count("CertificateRefused")));
    }

    [Fact]
    public async Task An_editors_own_file_beside_included_ones_is_no_reload()
    {
        using var own = await WriteAsync("CN=own");
        await StartAsync("watch = true");
        await File.WriteAllTextAsync(_site["conf.d/.more.toml.swp"], "oh", Token);
        Look(3);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal((0, 0), (_log.Count("Reloaded"), _log.Count("ReloadRefused")));
        await File.WriteAllTextAsync(_site["conf.d/more.toml"], "session.timeout = \"1m\"\n", Token);
        Look(3);
        await _site.Gateway.Watching.Running.WaitAsync(Token);
        Assert.Equal(1, _log.Count("Reloaded"));
    }

    async Task<string?> GreetingAsync(X509Certificate2 expected)
    {
        using var client = await SocketClient.ConnectAsync(_site.Gateway.Endpoints["smtp"][0]);
        await client.SecureAsync(expected);
        return await client.ReplyAsync();
    }

    async Task<X509Certificate2> WriteAsync(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await PutAsync("key.pem", key.ExportPkcs8PrivateKeyPem());
        await PutAsync("cert.pem", made.ExportCertificatePem());
        return X509CertificateLoader.LoadCertificate(made.RawData);
    }

    /// <summary>Times differ however fast the test runs.</summary>
    async Task PutAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_site[name], text, Token);
        File.SetLastWriteTimeUtc(_site[name], new DateTime(2026, 1, 1, 0, 0, ++_writes, DateTimeKind.Utc));
    }

    void Look(int times)
    {
        for (var i = 0; i < times; i++)
            _time.Advance(ConfigWatch.Interval);
    }
}
