using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Control;
using Posthouse.Sandbox;
using Posthouse.Tests.Listening;

namespace Posthouse.Tests.Control;

/// <summary>A domain in the middle of its move: some mailboxes are at the old site, some at the new one, and a list names the rest.</summary>
public sealed class SplitDomainTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("posthouse-split-").FullName;
    readonly SandboxAccounts _oldAccounts = new SandboxAccounts().AddUser("jane@example.org", "tulip").AddUser("ann@old.example", "tulip");
    readonly SandboxAccounts _newAccounts = new SandboxAccounts().AddUser("joe@example.org", "tulip").AddUser("bob@new.example", "tulip");
    readonly SandboxServer _old, _new;
    GatewayServer? _gateway;

    public SplitDomainTests()
    {
        _old = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Smtp, Accounts = _oldAccounts });
        _new = new SandboxServer(new SandboxOptions { Protocol = SandboxProtocol.Smtp, Accounts = _newAccounts });
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_recipient_goes_to_the_site_that_knows_it_also_when_the_answer_is_a_kept_one()
    {
        using var client = await ConnectAsync();
        for (var round = 1; round <= 2; round++)
        {
            await SayAsync(client, "MAIL FROM:<a@b.example>", "250 ");
            await SayAsync(client, "RCPT TO:<jane@example.org>", "250 ");
            await SayAsync(client, "RCPT TO:<joe@example.org>", "250 ");
            await SayAsync(client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
            await SayAsync(client, "DATA", "354 ");
            await SayAsync(client, "Subject: x\r\n\r\nx\r\n.", "250 2.0.0 ");
            await _old.Journal.WaitForMessagesAsync(round, Token);
            await _new.Journal.WaitForMessagesAsync(round, Token);
        }
        Assert.Equal(2, _oldAccounts.Messages("jane@example.org").Count);
        Assert.Equal(2, _newAccounts.Messages("joe@example.org").Count);
    }

    [Fact]
    public async Task The_report_to_a_sender_of_a_site_goes_to_the_site_that_knows_them()
    {
        using var client = await ConnectAsync();
        _new.Faults.OnCommand = static (verb, _) => verb == "BDAT" ? SandboxAction.Reply(554, "not that") : null;
        await SayAsync(client, "MAIL FROM:<jane@example.org>", "250 ");
        await SayAsync(client, "RCPT TO:<joe@example.org>", "250 ");
        await SayAsync(client, "DATA", "354 ");
        await SayAsync(client, "Subject: x\r\n\r\nx\r\n.", "250 2.0.0 ");
        await _old.Journal.WaitForMessagesAsync(1, Token);
        Assert.Contains("Auto-Submitted: auto-replied", Encoding.ASCII.GetString(Assert.Single(_oldAccounts.Messages("jane@example.org")).Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_of_the_first_site_is_no_no_and_the_second_is_not_asked()
    {
        using var client = await ConnectAsync();
        _old.Faults.OnCommand = static (verb, _) => verb == "RCPT" ? SandboxAction.Reset : null;
        await SayAsync(client, "MAIL FROM:<a@b.example>", "250 ");
        await SayAsync(client, "RCPT TO:<joe@example.org>", "451 4.4.3 ");
        Assert.Equal(0, _new.Journal.Count("RCPT"));
    }

    [Theory]
    [InlineData("ann@old.example", "tulip", "235 ", 1, 0)]
    [InlineData("bob@new.example", "tulip", "235 ", 0, 1)]
    [InlineData("bob@new.example", "wrong", "535 ", 0, 1)]
    [InlineData("carl@elsewhere.example", "tulip", "535 ", 0, 0)]
    [InlineData("admin", "secret", "235 ", 0, 0)]
    [InlineData("admin", "wrong", "535 ", 0, 0)]
    public async Task A_password_is_shown_to_the_site_of_its_domain_alone(string user, string secret, string reply, int atOld, int atNew)
    {
        using var client = await ConnectAsync();
        await SayAsync(client, "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{secret}")), reply);
        Assert.Equal((atOld, atNew), (_old.Journal.Count("AUTH"), _new.Journal.Count("AUTH")));
    }

    async Task<SocketClient> ConnectAsync()
    {
        await _old.StartAsync(Token);
        await _new.StartAsync(Token);
        var path = Path.Combine(_folder, "posthouse.toml");
        await File.WriteAllTextAsync(
            path,
            $$"""
            [server]
            hostname = "gw.example.org"
            [server.listener.smtp]
            bind = "127.0.0.1:0"
            [session.auth]
            mechanisms = "plain"
            allow-plain-text = true
            lookup = [ { if = "login", eq = "admin", then = "list/admins" }, { else = ["list/admins", "remote/old", "remote/new"] } ]
            errors.wait = 0
            [session.rcpt]
            lookup = { domains = "list/domains", addresses = ["remote/old", "remote/new"] }
            errors = { wait = 0, total = 10 }
            [list]
            domains = "example.org"
            admins = "admin:$6$saltstring$AIsRs/Ee56G/tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7eZTITsuk0Ry5qulYz."
            [queue]
            path = "{{_folder}}/queue"
            outbound.next-hop = { by-lookup = true }
            {{Remote("old", _old.Port)}}
            {{Remote("new", _new.Port)}}
            """,
            Token);
        _gateway = await GatewayServer.StartAsync(path, new GatewayServices { Loggers = NullLoggerFactory.Instance }, Token);
        var client = await SocketClient.ConnectAsync(_gateway.Endpoints["smtp"][0]);
        Assert.StartsWith("220 ", await client.ReplyAsync(), StringComparison.Ordinal);
        await SayAsync(client, "EHLO client.example", "250 ");
        return client;
    }

    static string Remote(string id, int port) => $$"""
        [remote.{{id}}]
        address = "127.0.0.1"
        port = {{port}}
        protocol = "smtp"
        lookup = true
        tls = { implicit = false, starttls = "disable" }
        login.domains = "{{id}}.example"
        """;

    static async Task SayAsync(SocketClient client, string line, string expected)
    {
        await client.SendAsync(line + "\r\n");
        Assert.StartsWith(expected, await client.ReplyAsync(), StringComparison.Ordinal);
    }
}
