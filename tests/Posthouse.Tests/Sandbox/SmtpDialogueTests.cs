using System.Text;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Sandbox;

public class SmtpDialogueTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ehlo_offers_what_the_options_say()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, SandboxTls.StartTls, o => o with { Keywords = ["XCLIENT NAME"], MaxMessageSize = 1000 });
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.ExpectAsync("220 sandbox.test ESMTP sandbox");
        Assert.Equal(
            [
                "250-sandbox.test greets client.test", "250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", "250-ENHANCEDSTATUSCODES", "250-CHUNKING", "250-DSN",
                "250-SIZE 1000", "250-STARTTLS", "250-AUTH SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5", "250-VRFY", "250-EXPN", "250 XCLIENT NAME",
            ],
            await client.ReplyAsync("EHLO client.test"));
        Assert.Equal(["250 sandbox.test greets client.test"], await client.ReplyAsync("HELO client.test"));
    }

    [Fact]
    public async Task Ehlo_leaves_out_what_the_options_turn_off()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { Pipelining = false, Chunking = false, OfferAuth = false });
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.LineAsync();
        Assert.Equal(
            ["250-sandbox.test greets [127.0.0.1]", "250-8BITMIME", "250-SMTPUTF8", "250-ENHANCEDSTATUSCODES", "250-DSN", "250-SIZE 52428800", "250-VRFY", "250 EXPN"],
            await client.ReplyAsync("EHLO [127.0.0.1]"));
        await client.AskAsync("AUTH PLAIN AGEAYg==", "503 5.5.1 Command out of order");
        await client.AskAsync("BDAT 4 LAST", "502 5.5.1 Command not offered");
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_message_is_kept_to_the_octet_for_each_recipient()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("MAIL FROM:<From@Example.net> SIZE=20 BODY=8BITMIME", "250 2.1.0 Sender OK");
        await client.AskAsync("RCPT TO:<JANE@example.org>", "250 2.1.5 Recipient OK");
        await client.AskAsync("RCPT TO:<nobody@example.org>", "550 5.1.1 User unknown");
        await client.AskAsync("RCPT TO:<relay_server@example.org>", "550 5.1.1 User unknown");
        await client.AskAsync("RCPT TO:<john@example.org>", "250 2.1.5 Recipient OK");
        await client.AskAsync("DATA", "354 End data with <CR><LF>.<CR><LF>");
        await client.AskAsync("Subject: x\r\n\r\n..dot\r\nh\u00e9\r\n.", "250 2.0.0 Message taken");

        var message = Assert.Single(stage.Accounts.Messages("jane@EXAMPLE.org"));
        Assert.Same(message, Assert.Single(stage.Accounts.Messages("john@example.org")));
        Assert.Equal("From@example.net", message.ReversePath);
        Assert.Equal(["JANE@example.org", "john@example.org"], message.Recipients);
        Assert.Equal("Subject: x\r\n\r\n.dot\r\nh\u00e9\r\n", Encoding.Latin1.GetString(message.Body.Span));
        Assert.Equal(1, stage.Journal.Messages);
        Assert.Equal(4, stage.Journal.Count("rcpt"));
        stage.Accounts.Clear();
        Assert.Empty(stage.Accounts.Messages("jane@example.org"));
    }

    [Fact]
    public async Task A_pipelined_batch_is_answered_in_order()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.SendAsync("MAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\nRCPT TO:<x@example.org>\r\nRSET\r\nNOOP hello\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
        await client.ExpectAsync(
            "250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "550 5.1.1 User unknown", "250 2.0.0 OK", "250 2.0.0 OK",
            "250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "354 End data with <CR><LF>.<CR><LF>");
        await client.SendAsync("hi\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n");
        await client.ExpectAsync("250 2.0.0 Message taken", "250 2.1.0 Sender OK", "221 2.0.0 Bye");
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task Chunks_make_one_message()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
        await client.AskAsync("RCPT TO:<staff@example.org>", "250 2.1.5 Recipient OK");
        await client.SendAsync("BDAT 6\r\na\r\n.\r\nBDAT 0\r\nBDAT 3 LAST\r\nbc\nNOOP\r\n");
        await client.ExpectAsync("250 2.0.0 6 octets received", "250 2.0.0 0 octets received", "250 2.0.0 Message taken", "250 2.0.0 OK");
        Assert.Equal("a\r\n.\r\nbc\n"u8, Assert.Single(stage.Accounts.Messages("john@example.org")).Body.Span);
        Assert.Single(stage.Accounts.Messages("staff@example.org"));
    }

    [Fact]
    public async Task Chunks_out_of_order_are_read_past_and_refused()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.SendAsync("BDAT 6 LAST\r\nQUIT\r\n");
        await client.ExpectAsync("503 5.5.1 Command out of order");
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
        await client.AskAsync("RCPT TO:<jane@example.org>", "250 2.1.5 Recipient OK");
        await client.SendAsync("BDAT 1\r\nx");
        await client.ExpectAsync("250 2.0.0 1 octets received");
        await client.AskAsync("RCPT TO:<john@example.org>", "503 5.5.1 Command out of order");
        await client.AskAsync("DATA", "503 5.5.1 Command out of order");
        await client.AskAsync("BDAT x", "501 5.5.4 Argument missing or malformed");
        await client.ExpectEndAsync();
        Assert.Equal(0, stage.Journal.Messages);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "RCPT TO:<jane@example.org>", "503 5.5.1 Command out of order" },
        { "DATA", "503 5.5.1 Command out of order" },
        { "DATA now", "501 5.5.4 No argument expected" },
        { "RSET x", "501 5.5.4 No argument expected" },
        { "QUIT x", "501 5.5.4 No argument expected" },
        { "LHLO client.test", "500 5.5.1 Command not known" },
        { "EHLO", "501 5.5.4 Argument missing or malformed" },
        { "EHLO a b", "501 5.5.4 Argument missing or malformed" },
        { "STARTTLS", "503 5.5.1 Command out of order" },
        { "XYZZY", "500 5.5.1 Command not known" },
        { "VRFY", "501 5.5.4 Argument missing or malformed" },
        { "EXPN", "501 5.5.4 Argument missing or malformed" },
        { "AUTH", "501 5.5.4 Argument missing or malformed" },
        { "AUTH GSSAPI", "504 5.5.4 Mechanism not offered" },
        { "AUTH PLAIN !!!!", "501 5.5.2 Not a message of this mechanism" },
        { "AUTH PLAIN =", "501 5.5.2 Not a message of this mechanism" },
        { "AUTH PLAIN AGphbmUA", "535 5.7.8 Authentication failed" },
        { "AUTH CRAM-MD5 AAAA", "501 5.5.2 Not a message of this mechanism" },
        { "HELP", "214 2.0.0 See RFC 5321" },
        { "VRFY jane@example.org", "250 2.1.5 <jane@example.org>" },
        { "VRFY <Staff@example.org>", "250 2.1.5 <staff@example.org>" },
        { "VRFY nobody", "550 5.1.1 User unknown" },
        { "VRFY relay_server", "550 5.1.1 User unknown" },
        { "EXPN jane@example.org", "550 5.1.1 List unknown" },
        { "EXPN nothing", "550 5.1.1 List unknown" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_verb_out_of_place_gets_its_own_reply(string command, string reply)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync(command, reply);
        await client.AskAsync("NOOP", "250 2.0.0 OK");
    }

    [Fact]
    public async Task Expn_lists_the_members()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("EXPN staff@example.org", "250-2.1.5 <jane@example.org>", "250-2.1.5 <john@example.org>", "250 2.1.5 <far@example.net>");
    }

    [Fact]
    public async Task Nothing_but_a_greeting_comes_before_ehlo_and_no_mail_within_mail()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await Dialogue.OpenAsync(stage.Server);
        await client.LineAsync();
        await client.AskAsync("MAIL FROM:<>", "503 5.5.1 Command out of order");
        await client.AskAsync("AUTH PLAIN", "503 5.5.1 Command out of order");
        await client.AskAsync("VRFY jane@example.org", "503 5.5.1 Command out of order");
        await client.ReplyAsync("EHLO client.test");
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
        await client.AskAsync("MAIL FROM:<>", "503 5.5.1 Command out of order");
        await client.AskAsync("AUTH PLAIN", "503 5.5.1 Command out of order");
        await client.AskAsync("DATA", "503 5.5.1 Command out of order");
        await client.ReplyAsync("EHLO client.test");
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
    }

    [Fact]
    public async Task A_mailbox_may_be_full_or_refused_and_change_while_running()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        stage.Accounts.SetFull("jane@example.org", true);
        stage.Accounts.SetRefused("john@example.org", new(550, new(5, 7, 1), "Not from you"));
        await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
        await client.AskAsync("RCPT TO:<jane@example.org>", "552 5.2.2 Mailbox full");
        await client.AskAsync("RCPT TO:<john@example.org>", "550 5.7.1 Not from you");
        stage.Accounts.SetFull("jane@example.org", false);
        await client.AskAsync("RCPT TO:<jane@example.org>", "250 2.1.5 Recipient OK");
        Assert.True(stage.Accounts.Remove("jane@example.org"));
        await client.AskAsync("RCPT TO:<jane@example.org>", "550 5.1.1 User unknown");
    }

    [Fact]
    public async Task A_body_too_big_or_with_a_bare_line_feed_is_read_to_its_end_and_refused()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp, with: o => o with { MaxMessageSize = 10 });
        await using var client = await stage.SmtpAsync();
        await client.AskAsync("MAIL FROM:<> SIZE=11", "552 5.3.4 Message too big");
        foreach (var (body, reply) in new[]
        {
            ("12345678", "250 2.0.0 Message taken"),
            ("123456789", "552 5.3.4 Message too big"),
            (new string('x', 100_000), "552 5.3.4 Message too big"),
            ("a\n.\nb", "550 5.5.2 Bare CR or LF in the message"),
        })
        {
            await client.AskAsync("MAIL FROM:<>", "250 2.1.0 Sender OK");
            await client.AskAsync("RCPT TO:<jane@example.org>", "250 2.1.5 Recipient OK");
            await client.AskAsync("DATA", "354 End data with <CR><LF>.<CR><LF>");
            await client.AskAsync(body + "\r\n.", reply);
        }
        Assert.Single(stage.Accounts.Messages("jane@example.org"));
        Assert.Equal(1, stage.Journal.Messages);
    }

    [Theory]
    [InlineData("NOOP\nNOOP\r\n")]
    [InlineData("NO\rOP\r\n")]
    public async Task A_bare_control_octet_between_commands_ends_the_session(string octets)
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.SendAsync(octets);
        await client.ExpectAsync("500 5.5.2 Line too long, or not ended by CRLF");
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_line_without_end_ends_the_session()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        await using var client = await stage.SmtpAsync();
        await client.SendAsync(new string('x', 13_000));
        await client.ExpectAsync("500 5.5.2 Line too long, or not ended by CRLF");
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task Bodies_are_only_counted_where_they_are_not_kept()
    {
        await using var stage = await Stage.OpenAsync(SandboxProtocol.Smtp);
        stage.Server.KeepBodies = false;
        await using var client = await stage.SmtpAsync();
        var counted = stage.Journal.WaitForMessagesAsync(2, Token);
        await client.SendAsync("MAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\nBDAT 2 LAST\r\nxyMAIL FROM:<>\r\nRCPT TO:<jane@example.org>\r\n");
        await client.ExpectAsync("250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "250 2.0.0 Message taken", "250 2.1.0 Sender OK", "250 2.1.5 Recipient OK");
        Assert.False(counted.IsCompleted);
        await client.SendAsync("BDAT 2 LAST\r\nxy");
        await client.ExpectAsync("250 2.0.0 Message taken");
        await counted;
        Assert.Empty(stage.Accounts.Messages("jane@example.org"));
    }
}
