using Posthouse.Gateway.Control;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Config;

/// <summary>examples/split-domain.toml.</summary>
public sealed class SplitDomainExampleTests : IAsyncDisposable
{
    readonly ExampleSite _site = new();
    readonly SandboxAccounts _old = new SandboxAccounts().AddUser("jane@example.org", "unused");
    readonly SandboxAccounts _new = new SandboxAccounts().AddUser("joe@example.org", "unused");

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Each_recipient_of_a_message_has_it_at_the_host_that_knows_him()
    {
        var (gateway, former, latter) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "smtp");
        await ExampleSite.SendAsync(client, "ann@example.net", "jane@example.org", "joe@example.org");
        await former.Journal.WaitForMessagesAsync(1, Token);
        await latter.Journal.WaitForMessagesAsync(1, Token);
        Assert.Single(_old.Messages("jane@example.org"));
        Assert.Single(_new.Messages("joe@example.org"));
    }

    [Fact]
    public async Task Whom_neither_knows_is_refused_and_while_the_old_host_is_down_nobody_is()
    {
        var (gateway, former, _) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "smtp");
        await ExampleSite.SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await ExampleSite.SayAsync(client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
        await former.StopAsync();
        await ExampleSite.SayAsync(client, "RCPT TO:<joe@example.org>", "451 4.4.3 ");
    }

    async Task<(GatewayServer Gateway, SandboxServer Former, SandboxServer Latter)> StartAsync()
    {
        var options = new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Tls = SandboxTls.StartTls, Accounts = _old };
        var former = await _site.HostAsync(options);
        var latter = await _site.HostAsync(options with { Accounts = _new, Certificate = former.Certificate });
        await _site.KeepAsync("sites-ca.pem", former.Certificate.ExportCertificatePem());
        return (await _site.StartAsync(
            "split-domain.toml",
            ("[::]:25", "127.0.0.1:0"),
            ("[session.rcpt]\n", "[session.rcpt]\nerrors.wait = \"0s\"\n"),
            ("address = \"old.example.org\"\nport = 24\n", $"address = \"127.0.0.1:{former.Port}\"\n"),
            ("address = \"new.example.org\"\nport = 24\n", $"address = \"127.0.0.1:{latter.Port}\"\n")), former, latter);
    }
}
