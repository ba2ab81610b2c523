using Posthouse.Gateway.Control;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Config;

/// <summary>examples/two-sites.toml.</summary>
public sealed class TwoSitesExampleTests : IAsyncDisposable
{
    readonly ExampleSite _site = new();
    readonly SandboxAccounts _accounts = new SandboxAccounts().AddUser("jane@example.org", "unused").AddUser("joe@example.org", "unused");

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Whichever_site_is_down_the_other_answers_and_takes_the_mail()
    {
        var (gateway, east, west) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "smtp");
        await east.StopAsync();
        await ExampleSite.SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await ExampleSite.SayAsync(client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
        await ExampleSite.SayAsync(client, "RSET", "250 ");
        await ExampleSite.SendAsync(client, "ann@example.net", "jane@example.org");
        await west.Journal.WaitForMessagesAsync(1, Token);

        await east.StartAsync(Token);
        await west.StopAsync();
        await ExampleSite.SendAsync(client, "ann@example.net", "joe@example.org");
        await east.Journal.WaitForMessagesAsync(1, Token);
    }

    [Fact]
    public async Task Another_domain_is_not_relayed_to()
    {
        var (gateway, _, _) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "smtp");
        await ExampleSite.SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await ExampleSite.SayAsync(client, "RCPT TO:<bob@elsewhere.example>", "550 5.7.1 ");
    }

    async Task<(GatewayServer Gateway, SandboxServer East, SandboxServer West)> StartAsync()
    {
        var options = new SandboxOptions { Protocol = SandboxProtocol.Smtp, Tls = SandboxTls.StartTls, Accounts = _accounts };
        var east = await _site.HostAsync(options);
        var west = await _site.HostAsync(options with { Certificate = east.Certificate });
        await _site.KeepAsync("sites-ca.pem", east.Certificate.ExportCertificatePem());
        return (await _site.StartAsync(
            "two-sites.toml",
            ("[::]:25", "127.0.0.1:0"),
            ("[session.rcpt]\n", "[session.rcpt]\nerrors.wait = \"0s\"\n"),
            ("east.example.org:25", $"127.0.0.1:{east.Port}"),
            ("west.example.org:25", $"127.0.0.1:{west.Port}")), east, west);
    }
}
