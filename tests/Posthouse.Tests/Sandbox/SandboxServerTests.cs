using System.Net.Sockets;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Sandbox;

public class SandboxServerTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_ends_all_connections_at_once_and_a_start_takes_the_same_port()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        var port = stage.Server.Port;
        await using var first = await stage.SmtpAsync();
        await using var second = await stage.SmtpAsync();
        await stage.Server.StopAsync();
        Assert.Equal(0, stage.Journal.OpenConnections);
        await first.ExpectEndAsync();
        await second.ExpectEndAsync();
        await Assert.ThrowsAsync<SocketException>(() => Dialogue.OpenAsync(stage.Server));

        await stage.Server.StartAsync(Token);
        Assert.Equal(port, stage.Server.Port);
        await using var third = await stage.SmtpAsync();
        await third.AskAsync("NOOP", "250 2.0.0 OK");
        await stage.Server.StopAsync();
        await stage.Server.StopAsync();
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_held_stalled_or_delayed_command()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        stage.Faults.OnCommand = (verb, _) => verb switch
        {
            "NOOP" => SandboxAction.Stall,
            "HELP" => SandboxAction.Hold(new TaskCompletionSource().Task),
            _ => null,
        };
        await using var stalled = await stage.SmtpAsync();
        await using var held = await stage.SmtpAsync();
        await using var delayed = await stage.SmtpAsync();
        stage.Faults.Delay = TimeSpan.FromDays(1);
        await stalled.SendAsync("NOOP\r\n");
        await held.SendAsync("HELP\r\n");
        await delayed.SendAsync("RSET\r\n");
        await stage.Journal.WaitAsync(() => stage.Journal.Count("NOOP") + stage.Journal.Count("HELP") + stage.Journal.Count("RSET") == 3, Token);
        await stage.Server.StopAsync();
        Assert.Equal(0, stage.Journal.OpenConnections);
    }

    [Fact]
    public async Task Connections_are_counted_and_their_end_is_noticed()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        var first = await stage.SmtpAsync();
        var second = await stage.SmtpAsync();
        Assert.Equal(2, stage.Journal.OpenConnections);
        await first.DisposeAsync();
        await stage.Journal.WaitAsync(() => stage.Journal.OpenConnections == 1, Token);
        await using var third = await stage.SmtpAsync();
        await second.AskAsync("QUIT", "221 2.0.0 Bye");
        await second.DisposeAsync();
        await stage.Journal.WaitAsync(() => stage.Journal.OpenConnections == 1, Token);
        Assert.Equal((3, 2), (stage.Journal.Connections, stage.Journal.PeakConnections));
        stage.Journal.Clear();
        Assert.Equal((0, 1, 1), (stage.Journal.Connections, stage.Journal.PeakConnections, stage.Journal.OpenConnections));
        Assert.Equal(0, stage.Journal.Count("EHLO"));
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, "NO")]
    [InlineData(SandboxProtocol.Smtp, "AUTH LOGIN\r\n")]
    [InlineData(SandboxProtocol.Smtp, "MAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\nx\r\n")]
    [InlineData(SandboxProtocol.Smtp, "MAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\nx\r\n.\r")]
    [InlineData(SandboxProtocol.Smtp, "MAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\nBDAT 9 LAST\r\nx\r\n")]
    [InlineData(SandboxProtocol.Smtp, "BDAT 9 LAST\r\nx")]
    [InlineData(SandboxProtocol.Imap, "a1 AUTHENTICATE PLAIN\r\n")]
    [InlineData(SandboxProtocol.Imap, "a1 LOGIN {9+}\r\nx\r\n")]
    [InlineData(SandboxProtocol.Imap, "a1 LOGIN {1+}\r\nx")]
    public async Task A_client_that_leaves_in_the_middle_leaves_nothing_behind(SandboxProtocol protocol, string octets)
    {
        await using var stage = await Stage.OpenAsync(protocol);
        var client = protocol == SandboxProtocol.Smtp ? await stage.SmtpAsync() : await stage.ImapAsync();
        await client.SendAsync(octets);
        await client.DisposeAsync();
        await stage.Journal.WaitAsync(() => stage.Journal.OpenConnections == 0, Token);
        Assert.Equal(0, stage.Journal.Messages);
    }

    [Fact]
    public async Task Many_clients_at_once_lose_nothing()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        const string Transaction = "MAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\nBDAT 3 LAST\r\nabc";
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            await using var client = await stage.SmtpAsync();
            await client.SendAsync(string.Concat(Enumerable.Repeat(Transaction, 20)));
            for (var i = 0; i < 20; i++)
                await client.ExpectAsync("250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "250 2.0.0 Message taken");
        }));
        Assert.Equal(200, stage.Journal.Messages);
        Assert.Equal(200, stage.Accounts.Messages("jane@example.org").Count(message => message.Body.Length == 3));
        await stage.Journal.WaitAsync(() => stage.Journal.OpenConnections == 0, Token);
    }

    [Fact]
    public async Task A_hook_that_throws_ends_its_own_connection_alone()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        stage.Faults.OnCommand = (verb, _) => verb == "NOOP" ? throw new InvalidOperationException("test") : null;
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("NOOP");
        await client.ExpectEndAsync();
        Assert.Contains(stage.Journal.Entries, entry => entry.Text.Contains("test", StringComparison.Ordinal));
        await using var other = await stage.SmtpAsync();
        await other.AskAsync("RSET", "250 2.0.0 OK");
    }

    [Fact]
    public async Task No_secret_reaches_the_journal_in_any_form()
    {
        const string Secret = "correct horse battery";
        foreach (var protocol in new[] { SandboxProtocol.Smtp, SandboxProtocol.Imap })
        {
            await using var stage = await Stage.OpenAsync(protocol);
            var heard = new List<string>();
            stage.Journal.Recorded += entry => heard.Add(entry.Text);
            string[] forms = [Secret, Stage.Base64("\0jane\0" + Secret), Stage.Base64(Secret)];
            await using var client = protocol == SandboxProtocol.Smtp ? await stage.SmtpAsync() : await stage.ImapAsync();
            if (protocol == SandboxProtocol.Smtp)
            {
                await client.AskAsync($"AUTH PLAIN {forms[1]}", "535 5.7.8 Authentication failed");
                await client.AskAsync($"AUTH GSSAPI {forms[1]}", "504 5.5.4 Mechanism not offered");
                await client.AskAsync("AUTH PLAIN", "334 ");
                await client.AskAsync(forms[1], "535 5.7.8 Authentication failed");
                await client.AskAsync(forms[2], "500 5.5.1 Command not known");
                Assert.Contains("AUTH PLAIN ****", heard);
            }
            else
            {
                await client.AskAsync($"a1 LOGIN jane \"{Secret}\"", "a1 NO [AUTHENTICATIONFAILED] Authentication failed");
                await client.AskAsync($"a2 LOGIN jane {{21+}}\r\n{Secret}", "a2 NO [AUTHENTICATIONFAILED] Authentication failed");
                await client.AskAsync($"a3 AUTHENTICATE PLAIN {forms[1]}", "a3 NO [AUTHENTICATIONFAILED] Authentication failed");
                await client.AskAsync("a4 AUTHENTICATE PLAIN", "+ ");
                await client.AskAsync(forms[1], "a4 NO [AUTHENTICATIONFAILED] Authentication failed");
                await client.AskAsync(forms[2], "* BAD Malformed command");
                Assert.Contains("a3 AUTHENTICATE PLAIN ****", heard);
            }
            Assert.Equal(stage.Journal.Entries.Select(entry => entry.Text).TakeLast(heard.Count), heard);
            Assert.DoesNotContain(stage.Journal.Entries, entry => forms.Any(form => entry.Text.Contains(form, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task The_journal_keeps_the_latest_entries_alone()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        stage.Journal.Capacity = 3;
        await client.AskAsync("NOOP", "250 2.0.0 OK");
        await client.AskAsync("VRFY jane@example.org", "250 2.1.5 <jane@example.org>");
        Assert.Equal(["250 2.0.0 OK", "VRFY jane@example.org", "250 2.1.5 <jane@example.org>"], stage.Journal.Entries.Select(entry => entry.Text));
        Assert.Equal(SandboxDirection.FromClient, stage.Journal.Entries[1].Direction);
        stage.Journal.Capacity = 0;
        await client.AskAsync("RSET", "250 2.0.0 OK");
        Assert.Equal(1, stage.Journal.Count("RSET"));
        Assert.Equal("250 2.1.5 <jane@example.org>", stage.Journal.Entries[^1].Text);
    }

    [Fact]
    public async Task A_client_cannot_fill_the_counts_with_words_of_its_own()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        for (var i = 0; i < 300; i++)
            await client.AskAsync("X" + string.Concat(i.ToString("D4", null).Select(c => (char)(c + 'A' - '0'))), "500 5.5.1 Command not known");
        Assert.Equal(1, stage.Journal.Count("XAAAA"));
        Assert.Equal(0, stage.Journal.Count("XACJJ"));
    }

    [Fact]
    public void A_mailbox_keeps_no_more_than_its_bound_and_a_list_may_hold_itself()
    {
        var accounts = new SandboxAccounts { MessagesKept = 2 }.AddUser("a@x.test", "s").AddList("l@x.test", "l@x.test", "a@x.test");
        for (var i = 1; i <= 3; i++)
            accounts.Deliver(new SandboxMessage(null, ["l@x.test", "a@x.test"], default, i));
        Assert.Equal([2L, 3L], accounts.Messages("a@x.test").Select(message => message.ConnectionId));
        Assert.Throws<ArgumentException>(() => accounts.SetSecret("b@x.test", "s"));
        Assert.Throws<InvalidOperationException>(() => accounts.SetSecret("l@x.test", "s"));
    }
}
