using Posthouse.Gateway.Control;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Config;

/// <summary>examples/edge-dovecot.toml.</summary>
public sealed class EdgeExampleTests : IAsyncDisposable
{
    readonly ExampleSite _site = new();
    readonly SandboxAccounts _accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip");

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Who_exists_has_mail_and_who_does_not_is_refused()
    {
        var (gateway, dovecot) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "smtp");
        await ExampleSite.SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await ExampleSite.SayAsync(client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
        await ExampleSite.SayAsync(client, "RSET", "250 ");
        await ExampleSite.SendAsync(client, "ann@example.net", "jane@example.org");
        await dovecot.Journal.WaitForMessagesAsync(1, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task It_does_not_relay_for_strangers_and_offers_them_no_login()
    {
        var (gateway, _) = await StartAsync();
        using var client = await ExampleSite.GreetAsync(gateway, "smtp");
        await ExampleSite.SayAsync(client, "AUTH PLAIN", "503 ");
        await ExampleSite.SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await ExampleSite.SayAsync(client, "RCPT TO:<bob@elsewhere.example>", "550 5.7.1 ");
    }

    async Task<(GatewayServer Gateway, SandboxServer Dovecot)> StartAsync()
    {
        var dovecot = await _site.HostAsync(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = _accounts });
        var imap = await _site.HostAsync(new SandboxOptions { Protocol = SandboxProtocol.Imap, Accounts = _accounts });
        await _site.KeepAsync("smarthost.secret", "tulip\n");
        return (await _site.StartAsync(
            "edge-dovecot.toml",
            ("[::]:25", "127.0.0.1:0"),
            ("[::]:587", "127.0.0.1:0"),
            ("[session.rcpt]\n", "[session.rcpt]\nerrors.wait = \"0s\"\n"),
            ("port = 24\n", $"port = {dovecot.Port}\n"),
            ("port = 143\n", $"port = {imap.Port}\n")), dovecot);
    }
}
