using Microsoft.Extensions.Time.Testing;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Sandbox;

public class SandboxFaultTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tls_can_be_spoken_from_the_first_octet()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, SandboxTls.Implicit);
        await using var client = await Dialogue.OpenAsync(stage.Server, tls: true);
        await client.ExpectAsync("220 sandbox.test ESMTP sandbox");
        Assert.DoesNotContain("250-STARTTLS", await client.ReplyAsync("EHLO client.test"));
        await client.AskAsync("QUIT", "221 2.0.0 Bye");
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task Starttls_forgets_what_was_said_in_clear()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, SandboxTls.StartTls);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("STARTTLS x", "501 5.5.4 No argument expected");
        await client.AskAsync("STARTTLS", "220 2.0.0 Ready to start TLS");
        await client.StartTlsAsync(stage.Server.Certificate);
        await client.AskAsync("MAIL FROM:<>", "503 5.5.1 Command out of order");
        Assert.DoesNotContain("250-STARTTLS", await client.ReplyAsync("EHLO client.test"));
        await client.AskAsync("STARTTLS", "503 5.5.1 Command out of order");
    }

    [Fact]
    public async Task What_is_smuggled_behind_starttls_ends_the_session()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, SandboxTls.StartTls);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("STARTTLS\r\nMAIL FROM:<>", "220 2.0.0 Ready to start TLS");
        await client.ExpectEndAsync();
        Assert.Equal(0, stage.Journal.Count("MAIL"));
    }

    [Fact]
    public async Task Starttls_can_be_hidden_refused_and_followed_by_octets_in_clear()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, SandboxTls.StartTls);
        await using var client = await stage.SmtpAsync();
        stage.Faults.HideStartTls = true;
        stage.Faults.StripAuth = true;
        var hello = await client.ReplyAsync("EHLO client.test");
        Assert.DoesNotContain("250-STARTTLS", hello);
        Assert.DoesNotContain(hello, line => line.Contains("AUTH", StringComparison.Ordinal));
        stage.Faults.RefuseStartTls = true;
        await client.AskAsync("STARTTLS", "454 4.7.0 TLS not available for now");
        stage.Faults.RefuseStartTls = false;
        stage.Faults.InjectAfterStartTls = "250 2.0.0 forged\r\n"u8.ToArray();
        await client.AskAsync("STARTTLS", "220 2.0.0 Ready to start TLS", "250 2.0.0 forged");
    }

    [Fact]
    public async Task Imap_has_the_same_faults_around_starttls()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap, SandboxTls.StartTls);
        await using var client = await stage.ImapAsync();
        stage.Faults.HideStartTls = true;
        Assert.DoesNotContain("STARTTLS", (await client.ResponseAsync("a1", "CAPABILITY"))[0], StringComparison.Ordinal);
        stage.Faults.RefuseStartTls = true;
        await client.AskAsync("a2 STARTTLS", "a2 NO [UNAVAILABLE] TLS not available for now");
        stage.Faults.RefuseStartTls = false;
        stage.Faults.InjectAfterStartTls = "* CAPABILITY AUTH=LOGIN\r\n"u8.ToArray();
        await client.AskAsync("a3 STARTTLS", "a3 OK Begin TLS now", "* CAPABILITY AUTH=LOGIN");
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, 554, "554 5.7.1 go away")]
    [InlineData(SandboxProtocol.Lmtp, 421, "421 5.7.1 go away")]
    [InlineData(SandboxProtocol.Imap, 421, "* BYE 5.7.1 go away")]
    public async Task A_greeting_can_refuse(SandboxProtocol protocol, int code, string line)
    {
        await using var stage = await Stage.OpenAsync(protocol);
        stage.Faults.GreetingReply = new(code, null, "5.7.1 go away");
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.ExpectAsync(line);
        await client.ExpectEndAsync();
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, "NOOP", "250 2.0.0 OK")]
    [InlineData(SandboxProtocol.Imap, "a NOOP", "a OK NOOP done")]
    public async Task A_greeting_can_be_missing_or_garbage(SandboxProtocol protocol, string command, string reply)
    {
        await using var stage = await Stage.OpenAsync(protocol);
        stage.Faults.NoGreeting = true;
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.AskAsync(command, reply);
        stage.Faults.NoGreeting = false;
        stage.Faults.RawGreeting = "* PREAUTH \u0007\r\n"u8.ToArray();
        await using var other = await Dialogue.OpenAsync(stage.Server);
        await other.ExpectAsync("* PREAUTH \u0007");
    }

    [Fact]
    public async Task Each_reply_can_be_held_back_by_the_clock()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { TimeProvider = clock });
        await using var client = await stage.SmtpAsync();
        stage.Faults.Delay = TimeSpan.FromMinutes(1);
        await client.SendAsync("NOOP\r\n");
        var reply = client.LineAsync();
        await stage.Journal.WaitAsync(() => stage.Journal.Entries[^1].Text == "250 2.0.0 OK", Token);
        Assert.False(reply.IsCompleted);
        while (!reply.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
        Assert.Equal("250 2.0.0 OK", await reply);
    }

    [Fact]
    public async Task A_command_can_get_any_reply_octets_or_an_end()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        stage.Faults.OnCommand = (verb, line) => (verb, line) switch
        {
            ("MAIL", _) => SandboxAction.Reply(451, "4.3.0 later"),
            ("NOOP", "NOOP multi") => SandboxAction.Raw("250-a\r\n250 b\r\n"),
            ("VRFY", _) => SandboxAction.CloseAfterReply(421, "4.3.2 bye"),
            ("XCLIENT", _) => SandboxAction.Reply(220, "go on"),
            ("EXPN", _) => SandboxAction.Close,
            ("HELP", _) => SandboxAction.Reset,
            _ => null,
        };
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("MAIL FROM:<>", "451 4.3.0 later");
        await client.AskAsync("NOOP", "250 2.0.0 OK");
        await client.AskAsync("NOOP multi", "250-a", "250 b");
        await client.AskAsync("XCLIENT NAME=x", "220 go on");
        Assert.Equal(1, stage.Journal.Count("XCLIENT"));
        await client.AskAsync("VRFY x", "421 4.3.2 bye");
        await client.ExpectEndAsync();
        foreach (var ending in new[] { "EXPN x", "HELP" })
        {
            await using var other = await stage.SmtpAsync();
            await other.AskAsync(ending);
            await other.ExpectEndAsync();
        }
    }

    [Fact]
    public async Task Imap_commands_can_get_any_response()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Imap);
        stage.Faults.OnCommand = (verb, _) => verb switch
        {
            "LOGIN" => SandboxAction.Tagged("NO [UNAVAILABLE] later"),
            "NOOP" => SandboxAction.Reply(250, "fine"),
            "SASL" => SandboxAction.Reply(550, "no").ThenClose(),
            _ => null,
        };
        await using var client = await stage.ImapAsync();
        await client.AskAsync("a1 LOGIN a b", "a1 NO [UNAVAILABLE] later");
        await client.AskAsync("a2 NOOP", "a2 OK fine");
        await client.AskAsync("a3 AUTHENTICATE PLAIN", "+ ");
        await client.AskAsync("AGEAYg==", "a3 NO no");
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_sasl_response_can_get_any_reply_and_is_never_shown()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        stage.Faults.OnCommand = (verb, line) => verb is "SASL" or "AUTH" && line != "AUTH PLAIN" ? SandboxAction.Reply(454, $"4.7.0 [{line}]") : null;
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("AUTH PLAIN AGEAYg==", "454 4.7.0 [AUTH PLAIN ****]");
        await client.AskAsync("AUTH PLAIN", "334 ");
        await client.AskAsync("AGEAYg==", "454 4.7.0 []");
        await client.AskAsync("NOOP", "250 2.0.0 OK");
    }

    [Fact]
    public async Task A_message_counts_as_taken_where_only_the_reply_after_it_is_lost()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await SendAsync(SandboxAction.Close, null);
        Assert.Single(stage.Accounts.Messages("jane@example.org"));
        await SendAsync(SandboxAction.Reply(451, "4.3.0 later"), "451 4.3.0 later");
        Assert.Single(stage.Accounts.Messages("jane@example.org"));
        stage.Accounts.SetAfterData("jane@example.org", new(554, new(5, 6, 0), "no"));
        await SendAsync(null, "554 5.6.0 no");
        Assert.Equal(1, stage.Journal.Messages);

        async Task SendAsync(SandboxAction? action, string? reply)
        {
            stage.Faults.OnCommand = (verb, _) => verb == "." ? action : null;
            await using var client = await stage.SmtpAsync();
            await client.SendAsync("MAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
            await client.ExpectAsync("250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "354 End data with <CR><LF>.<CR><LF>");
            await client.SendAsync("x\r\n.\r\n");
            Assert.Equal(reply, await client.LineAsync());
        }
    }

    [Fact]
    public async Task A_command_can_be_held_until_a_test_lets_it_go()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        var gate = new TaskCompletionSource();
        stage.Faults.OnCommand = (verb, _) => verb == "NOOP" ? SandboxAction.Hold(gate.Task) : null;
        await client.SendAsync("VRFY jane@example.org\r\nNOOP\r\n");
        await client.ExpectAsync("250 2.1.5 <jane@example.org>");
        var reply = client.LineAsync();
        await stage.Journal.WaitAsync(() => stage.Journal.Count("NOOP") == 1, Token);
        Assert.False(reply.IsCompleted);
        gate.SetResult();
        Assert.Equal("250 2.0.0 OK", await reply);
    }

    [Fact]
    public async Task A_stalled_connection_says_nothing_and_ends_with_the_client()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        stage.Faults.OnCommand = (verb, _) => verb == "NOOP" ? SandboxAction.Stall : null;
        var client = await stage.SmtpAsync();
        await client.SendAsync("NOOP\r\nQUIT\r\n");
        await stage.Journal.WaitAsync(() => stage.Journal.Count("NOOP") == 1, Token);
        Assert.Equal(1, stage.Journal.OpenConnections);
        await client.DisposeAsync();
        await stage.Journal.WaitAsync(() => stage.Journal.OpenConnections == 0, Token);
        Assert.Equal(0, stage.Journal.Count("QUIT"));
    }
}
