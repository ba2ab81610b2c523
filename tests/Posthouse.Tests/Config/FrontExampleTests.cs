using Posthouse.Sandbox;

namespace Posthouse.Tests.Config;

/// <summary>examples/lmtp-cyrus.toml.</summary>
public sealed class FrontExampleTests : IAsyncDisposable
{
    readonly ExampleSite _site = new();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_message_handed_over_by_lmtp_is_answered_for_the_mailbox_and_arrives()
    {
        var accounts = new SandboxAccounts().AddUser("jane@example.org", "tulip");
        var cyrus = await _site.HostAsync(new SandboxOptions { Protocol = SandboxProtocol.Lmtp, Accounts = accounts });
        var gateway = await _site.StartAsync(
            "lmtp-cyrus.toml",
            ("127.0.0.1:2424", "127.0.0.1:0"),
            ("[session.rcpt]\n", "[session.rcpt]\nerrors.wait = \"0s\"\n"),
            ("port = 24\n", $"port = {cyrus.Port}\n"));
        using var client = await ExampleSite.GreetAsync(gateway, "lmtp", "LHLO client.example");
        await ExampleSite.SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
        await ExampleSite.SayAsync(client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
        await ExampleSite.SayAsync(client, "RSET", "250 ");
        await ExampleSite.SendAsync(client, "ann@example.net", "jane@example.org");
        await cyrus.Journal.WaitForMessagesAsync(1, TestContext.Current.CancellationToken);
    }
}
