using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Tests.Sessions;

/// <summary>HARDENING §2 A and B: connect, framing, hello.</summary>
public class GreetingTests
{
    [Fact]
    public async Task An_ehlo_announces_what_is_usable()
    {
        await using var session = new SessionUnderTest().Start();
        await session.PlayAsync("""
            S: 220 gw.example.org ESMTP ready
            C: EHLO client.example.net
            S: 250-gw.example.org greets client.example.net
            S: 250-PIPELINING
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250-ENHANCEDSTATUSCODES
            S: 250-SIZE 26214400
            S: 250-CHUNKING
            S: 250-DSN
            S: 250 LIMITS RCPTMAX=100 MAILMAX=10
            C: QUIT
            S: 221 2.0.0 Bye
            S: closed
            """);
        Assert.Equal(SessionEnd.Quit, await session.Ended);
    }

    [Fact]
    public async Task What_is_announced_of_a_limit_may_be_more_than_holds_for_one_message()
    {
        await using var session = new SessionUnderTest().With(m => m with
        {
            Data = m.Data with { AnnouncedSize = 100L, AnnouncedMessages = 7, MaxSize = 10L },
            Rcpt = m.Rcpt with { AnnouncedRecipients = 1000 },
        }).Start();
        await session.SendAsync("EHLO client.example.net\r\n");
        var offer = session.Unread();
        Assert.Contains("250-SIZE 100\r\n", offer, StringComparison.Ordinal);
        Assert.Contains("LIMITS RCPTMAX=1000 MAILMAX=7\r\n", offer, StringComparison.Ordinal);
        await session.SendAsync("MAIL FROM:<a@b.example> SIZE=50\r\n");
        Assert.StartsWith("552 5.3.4", session.Unread(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auth_is_announced_inside_tls()
    {
        await using var session = new SessionUnderTest().Tls().Start();
        await session.SendAsync("EHLO client.example.net\r\n");
        Assert.Contains("250 AUTH PLAIN LOGIN\r\n", session.Unread(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task Auth_in_clear_is_announced_to_loopback_alone_and_only_if_allowed(bool isLoopback, bool isAllowed, bool isAnnounced)
    {
        var session = new SessionUnderTest().With(m => m with { Auth = m.Auth with { AllowPlainText = isAllowed } });
        await using var started = (isLoopback ? session.Loopback() : session).Start();
        await session.SendAsync("EHLO client.example.net\r\n");
        Assert.Equal(isAnnounced, session.Unread().Contains("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Auth_is_not_announced_without_a_lookup_for_it()
    {
        await using var session = new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { Lookup = LookupLadder.None } }).Start();
        await session.SendAsync("EHLO client.example.net\r\n");
        Assert.DoesNotContain("AUTH", session.Unread(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auth_is_announced_where_the_lookup_depends_on_the_login()
    {
        var byLogin = new Computed<LookupLadder>(subject => subject.Text(RuleVariable.LoginDomain) == "example.org" ? TestModels.Ladder : LookupLadder.None);
        await using var session = new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { Lookup = byLogin } }).Start();
        await session.SendAsync("EHLO client.example.net\r\n");
        Assert.Contains("AUTH PLAIN LOGIN", session.Unread(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EHLO", "501 5.5.4")]
    [InlineData("HELO ", "501 5.5.4")]
    [InlineData("EHLO [192.0.2.1]", "250-")]
    [InlineData("EHLO [IPv6:2001:db8::1]", "250-")]
    [InlineData("EHLO [010.0.0.1]", "501 5.5.4")]
    [InlineData("EHLO [0x7f.1]", "501 5.5.4")]
    [InlineData("EHLO [IPv6:::1%lo]", "501 5.5.4")]
    [InlineData("EHLO a\u001b[2Jb", "500 5.5.2")]
    [InlineData("EHLO client", "550 5.5.0")]
    [InlineData("HELO client.example.net", "250 gw.example.org greets client.example.net")]
    [InlineData("LHLO client.example.net", "500 5.5.1")]
    public async Task A_hello_is_a_name_or_a_literal(string line, string reply)
    {
        await using var session = new SessionUnderTest().Start();
        await session.LineAsync();
        await session.SendAsync(line + "\r\n");
        Assert.StartsWith(reply, await session.LineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loopback_client_need_not_be_fully_qualified()
    {
        await using var session = new SessionUnderTest().Loopback().Start();
        await session.PlayAsync("""
            S: 220 …
            C: HELO localhost
            S: 250 gw.example.org greets localhost
            """);
    }

    [Theory]
    [InlineData("NOOP\n", "500 5.5.2")]
    [InlineData("NOOP\rRSET\r\n", "500 5.5.2")]
    [InlineData("\r\n", "500 5.5.2")]
    [InlineData("  NOOP\r\n", "500 5.5.2")]
    [InlineData("NOOP \t\r\n", "250 2.0.0")]
    [InlineData("NOOP  \r\n", "250 2.0.0")]
    [InlineData("nOoP\r\n", "250 2.0.0")]
    [InlineData("NO\0OP\r\n", "500 5.5.2")]
    [InlineData("\u0080\u0081\u00ff\r\n", "500 5.5.2")]
    [InlineData("\u00ef\u00bb\u00bfEHLO x\r\n", "500 5.5.2")]
    [InlineData("\u00ff\u00f4\u00ff\u00fd\u0006\r\n", "500 5.5.2")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "500 5.5.2")]
    [InlineData("XCLIENT NAME=x\r\n", "500 5.5.2")]
    [InlineData("HELP\r\n", "214 2.0.0")]
    [InlineData("RSET x\r\n", "501 5.5.4")]
    [InlineData("QUIT x\r\n", "501 5.5.4")]
    [InlineData("STARTTLS x\r\n", "503 5.5.1")]
    [InlineData("MAIL FROM:<a@b.example>\r\n", "503 5.5.1")]
    [InlineData("RCPT TO:<a@b.example>\r\n", "503 5.5.1")]
    [InlineData("DATA\r\n", "503 5.5.1")]
    [InlineData("AUTH PLAIN\r\n", "503 5.5.1")]
    public async Task A_line_gets_one_reply_and_the_session_goes_on(string line, string reply)
    {
        await using var session = new SessionUnderTest().Start();
        await session.LineAsync();
        await session.SendAsync(line);
        var got = session.Unread();
        Assert.StartsWith(reply, got, StringComparison.Ordinal);
        Assert.Single(got.Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
        await session.PlayAsync("""
            C: NOOP
            S: 250 2.0.0 OK
            """);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n", "421 4.7.0 This is a mail server\r\n")]
    [InlineData("POST / HTTP/1.1\r\n", "421 4.7.0 This is a mail server\r\n")]
    [InlineData("CONNECT x:80 HTTP/1.1\r\n", "421 4.7.0 This is a mail server\r\n")]
    [InlineData("Subject: y\r\n", "421 4.7.0 This is a mail server\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000", "500 5.5.2 Command not recognized\r\n")]
    public async Task Another_protocol_ends_the_session(string octets, string reply)
    {
        await using var session = new SessionUnderTest().Start();
        await session.LineAsync();
        await session.SendAsync(octets);
        Assert.Equal(reply, await session.RestAsync());
        Assert.Equal(SessionEnd.NotSmtp, await session.Ended);
    }

    [Fact]
    public async Task Talking_before_the_greeting_ends_the_session()
    {
        await using var session = new SessionUnderTest();
        await session.SendAsync("EHLO client.example.net\r\n");
        session.Start();
        Assert.Equal("554 5.5.0 Wait for your turn\r\n", await session.RestAsync());
    }

    [Fact]
    public async Task A_line_over_the_cap_is_passed_over_and_the_session_goes_on()
    {
        await using var session = new SessionUnderTest().Start();
        await session.LineAsync();
        await session.SendAsync($"NOOP {new string('a', 2041)}\r\n");
        Assert.StartsWith("250 ", session.Unread(), StringComparison.Ordinal);
        await session.SendAsync($"NOOP {new string('a', 2042)}\r\n");
        Assert.Equal("500 5.5.2 Line too long\r\n", session.Unread());
        await session.SendAsync($"NOOP {new string('a', 3000)}\nRSET\r\nNOOP\r\n");
        Assert.Equal("500 5.5.2 Line too long\r\n250 2.0.0 OK\r\n", session.Unread());
    }

    [Fact]
    public async Task A_flood_without_a_line_end_ends_the_session()
    {
        await using var session = new SessionUnderTest().Start();
        await session.LineAsync();
        await session.SendAsync(new string('a', 70_000));
        Assert.Equal("500 5.5.2 Line too long\r\n421 4.7.0 Too many errors\r\n", await session.RestAsync());
    }

    [Fact]
    public async Task The_twentieth_bad_command_ends_the_session_after_its_own_reply()
    {
        await using var session = new SessionUnderTest().Start();
        await session.LineAsync();
        await session.SendAsync(string.Concat(Enumerable.Repeat("XXXX\r\n", 25)));
        Assert.Equal(
            string.Concat(Enumerable.Repeat("500 5.5.2 Command not recognized\r\n", 20)) + "421 4.7.0 Too many errors\r\n",
            await session.RestAsync());
    }

    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("RSET\r\n")]
    [InlineData("VRFY jane\r\n")]
    [InlineData("HELO client.example.net\r\n")]
    public async Task Junk_between_transactions_is_bounded(string line)
    {
        await using var session = new SessionUnderTest().Start();
        await session.LineAsync();
        await session.SendAsync(string.Concat(Enumerable.Repeat(line, 10_000)));
        var replies = (await session.RestAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(102, replies.Length);
        Assert.Equal("421 4.7.0 Too many errors", replies[^1]);
    }

    [Fact]
    public async Task A_message_pays_for_the_junk_before_it()
    {
        var noops = string.Concat(Enumerable.Repeat("NOOP\r\n", 60));
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.SendAsync(noops + DataTests.Envelope + ".\r\n" + noops);
        Assert.EndsWith("250 2.0.0 OK\r\n", session.Unread(), StringComparison.Ordinal);
        await session.SendAsync(noops);
        Assert.EndsWith("421 4.7.0 Too many errors\r\n", await session.RestAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_decided_ends_the_session_at_connect()
    {
        await using var session = new SessionUnderTest { Greeting = new Computed<string>(_ => null) };
        session.Start();
        Assert.Equal("421 4.4.3 Unable to decide at this time\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.Undecided, await session.Ended);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_decided_ends_the_session_at_ehlo()
    {
        var down = new Computed<LookupLadder>(_ => null);
        await using var session = new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { Lookup = down } }).Start();
        await session.LineAsync();
        await session.SendAsync("EHLO client.example.net\r\n");
        Assert.Equal("421 4.4.3 Unable to decide at this time\r\n", await session.RestAsync());
    }

    [Fact]
    public async Task Without_ehlo_require_a_transaction_needs_no_hello()
    {
        await using var session = new SessionUnderTest().With(m => m with { Ehlo = m.Ehlo with { Require = false } }).Start();
        await session.PlayAsync("""
            S: 220 …
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0 Sender OK
            """);
    }
}
