using Posthouse.Gateway.Sessions;

namespace Posthouse.Tests.Sessions;

/// <summary>HARDENING §2 F.</summary>
public class BdatTests
{
    const string Envelope = "MAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\n";

    static async Task<SessionUnderTest> WithRecipientAsync(Func<SessionUnderTest, SessionUnderTest>? prepare = null)
    {
        var session = await (prepare ?? (s => s))(new SessionUnderTest()).GreetedAsync();
        await session.SendAsync(Envelope);
        session.Unread();
        return session;
    }

    [Fact]
    public async Task Chunks_make_one_message_and_are_never_unstuffed_or_read_as_commands()
    {
        await using var session = await WithRecipientAsync();
        const string First = "Subject: x\r\n\r\n..dots\r\n.\r\nMAIL FROM:<x@y.example>\r";
        await session.SendAsync($"BDAT {First.Length}\r\n{First}BDAT 7 last\r\n\nQUIT\r\n");
        Assert.Equal($"250 2.0.0 {First.Length} octets received\r\n250 2.0.0 Queued as Q1\r\n", session.Unread());
        Assert.Equal(First + "\nQUIT\r\n", session.Intake.Committed.Single().ClientText);
    }

    [Fact]
    public async Task When_the_first_chunk_may_not_come_the_rest_never_makes_a_message()
    {
        var asked = 0;
        await using var session = await WithRecipientAsync(s => s.With(m => m with { Data = m.Data with { AddReceived = new ComputedFlag(_ => asked++ == 0 ? null : true) } }));
        await session.SendAsync("BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\nNOOP\r\n");
        const string Undecided = "451 4.4.3 Unable to verify at this time\r\n";
        Assert.Equal($"{Undecided}{Undecided}250 2.0.0 OK\r\n", session.Unread());
        Assert.Empty(session.Intake.Committed);
        Assert.All(session.Intake.Begun, message => Assert.True(message.IsDisposed));
    }

    [Fact]
    public async Task An_empty_last_chunk_completes()
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync("BDAT 3\r\nx\r\nBDAT 0 LAST\r\n");
        Assert.Equal("250 2.0.0 3 octets received\r\n250 2.0.0 Queued as Q1\r\n", session.Unread());
    }

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT 1 FIRST")]
    [InlineData("BDAT 1 2 LAST")]
    [InlineData("BDAT 99999999999999999999")]
    public async Task A_bdat_that_cannot_be_read_ends_the_session(string line)
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync(line + "\r\nMAIL FROM:<x@y.example>\r\n");
        Assert.Equal("501 5.5.4 Invalid argument\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.NotSmtp, await session.Ended);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MAIL FROM:<a@b.example>\r\n")]
    [InlineData("MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@example.org>\r\n")]
    public async Task Out_of_order_its_octets_are_swallowed(string before)
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.SendAsync(before);
        session.Unread();
        await session.SendAsync("BDAT 6 LAST\r\nRSET\r\nNOOP\r\n");
        Assert.Equal("503 5.5.1 BDAT out of order\r\n250 2.0.0 OK\r\n", session.Unread());
        Assert.Empty(session.Intake.Begun);
    }

    [Fact]
    public async Task After_the_last_chunk_another_is_out_of_order()
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync("BDAT 3 LAST\r\nx\r\nBDAT 3 LAST\r\ny\r\n");
        Assert.Equal("250 2.0.0 Queued as Q1\r\n503 5.5.1 BDAT out of order\r\n", session.Unread());
        Assert.Single(session.Intake.Committed);
    }

    [Fact]
    public async Task Between_chunks_only_chunks_rset_and_harmless_verbs_go()
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync("BDAT 1\r\nx");
        session.Unread();
        await session.PlayAsync("""
            C: DATA
            S: 503 5.5.1 BDAT in progress
            C: MAIL FROM:<a@b.example>
            S: 503 5.5.1 BDAT in progress
            C: RCPT TO:<joe@example.org>
            S: 503 5.5.1 BDAT in progress
            C: NOOP
            S: 250 2.0.0 OK
            C: RSET
            S: 250 2.0.0 OK
            C: RCPT TO:<joe@example.org>
            S: 503 5.5.1 MAIL first
            """);
        Assert.True(session.Intake.Begun.Single().IsDisposed);
        Assert.Empty(session.Intake.Committed);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_swallowed_until_last()
    {
        await using var session = await WithRecipientAsync(s => s.With(m => m with { Data = m.Data with { MaxSize = 10 } }));
        await session.SendAsync("BDAT 8\r\n12345678BDAT 8\r\nRSET\r\n\r\nBDAT 2 LAST\r\n\r\nNOOP\r\n");
        Assert.Equal(
            "250 2.0.0 8 octets received\r\n552 5.3.4 Message too big\r\n552 5.3.4 Message too big\r\n250 2.0.0 OK\r\n", session.Unread());
        Assert.Empty(session.Intake.Committed);
    }

    [Theory]
    [InlineData("BDAT 99999999999")]
    [InlineData("BDAT 9223372036854775807 LAST")]
    public async Task A_chunk_far_over_the_limit_ends_the_session_unread(string line)
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync(line + "\r\n");
        Assert.Equal("552 5.3.4 Message too big\r\n421 4.7.0 Too much data\r\n", await session.RestAsync());
    }

    [Theory]
    [InlineData("a\nb\r\n", "550 5.5.2")]
    [InlineData("a\rb\r\n", "550 5.5.2")]
    [InlineData("a\r", "550 5.5.2")]
    [InlineData("a\0b\r\n", "550 5.6.0")]
    public async Task Bare_line_ends_and_nul_are_refused_here_too(string body, string reply)
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync($"BDAT {body.Length} LAST\r\n{body}NOOP\r\n");
        var replies = session.Unread().Split("\r\n");
        Assert.StartsWith(reply, replies[0], StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 OK", replies[1]);
        Assert.Empty(session.Intake.Committed);
    }

    [Fact]
    public async Task Fewer_octets_than_announced_leave_nothing()
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync("BDAT 10 LAST\r\nx\r\n");
        await session.CloseAsync();
        Assert.Equal(SessionEnd.ClientLeft, await session.Ended);
        Assert.Empty(session.Intake.Committed);
        Assert.True(session.Intake.Begun.Single().IsDisposed);
    }

    [Fact]
    public async Task Many_small_chunks_make_few_writes()
    {
        await using var session = await WithRecipientAsync();
        await session.SendAsync(string.Concat(Enumerable.Repeat("BDAT 1\r\nx", 5000)) + "BDAT 2 LAST\r\n\r\n");
        session.Unread();
        var message = session.Intake.Committed.Single();
        Assert.Equal(new string('x', 5000) + "\r\n", message.ClientText);
        Assert.InRange(message.Writes, 1, 3);
    }

    [Fact]
    public async Task Where_chunking_is_off_bdat_is_swallowed()
    {
        await using var session = await WithRecipientAsync(s => s.With(m => m with { Extensions = m.Extensions with { Chunking = false } }));
        await session.SendAsync("BDAT 6 LAST\r\nRSET\r\nNOOP\r\n");
        Assert.Equal("503 5.5.1 BDAT out of order\r\n250 2.0.0 OK\r\n", session.Unread());
    }
}
