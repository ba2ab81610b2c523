namespace Posthouse.Tests.Sessions;

/// <summary>RFC 2033.</summary>
public class LmtpTests
{
    [Fact]
    public async Task Lhlo_is_the_only_hello()
    {
        await using var session = new SessionUnderTest().Lmtp().Start();
        await session.PlayAsync("""
            S: 220 gw.example.org LMTP ready
            C: EHLO client.example.net
            S: 500 5.5.1…
            C: HELO client.example.net
            S: 500 5.5.1…
            C: LHLO client.example.net
            S: 250-gw.example.org greets client.example.net
            """);
    }

    [Theory]
    [InlineData("DATA\r\n", "x\r\n.\r\n")]
    [InlineData("", "BDAT 3 LAST\r\nx\r\n")]
    public async Task A_message_is_answered_once_for_each_accepted_recipient(string command, string message)
    {
        await using var session = await new SessionUnderTest().Lmtp().GreetedAsync("LHLO client.example.net");
        await session.SendAsync(
            "MAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nRCPT TO:<nobody@example.org>\r\nRCPT TO:<joe@example.org>\r\nRCPT TO:<jane@example.org>\r\n" + command);
        session.Unread();
        await session.SendAsync(message);
        Assert.Equal(string.Concat(Enumerable.Repeat("250 2.0.0 Queued as Q1\r\n", 3)), session.Unread());
        Assert.Equal(2, session.Intake.Committed.Single().Envelope!.Recipients.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("RCPT TO:<nobody@example.org>\r\n")]
    public async Task Without_an_accepted_recipient_data_is_out_of_sequence(string recipient)
    {
        await using var session = await new SessionUnderTest().Lmtp().GreetedAsync("LHLO client.example.net");
        await session.SendAsync($"MAIL FROM:<a@b.example>\r\n{recipient}");
        session.Unread();
        await session.SendAsync("DATA\r\n");
        Assert.Equal("503 5.5.1 RCPT first\r\n", session.Unread());
    }

    [Fact]
    public async Task A_last_chunk_that_may_not_come_is_refused_for_each()
    {
        await using var session = await new SessionUnderTest().Lmtp().With(m => m with { Data = m.Data with { MaxMessages = 1 } })
            .GreetedAsync("LHLO client.example.net");
        const string Recipients = "MAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nRCPT TO:<joe@example.org>\r\n";
        await session.SendAsync($"{Recipients}BDAT 3 LAST\r\nx\r\n{Recipients}");
        session.Unread();
        await session.SendAsync("BDAT 3 LAST\r\nx\r\nNOOP\r\n");
        Assert.Equal(string.Concat(Enumerable.Repeat("451 4.4.5 Too many messages in this session\r\n", 2)) + "250 2.0.0 OK\r\n", session.Unread());
    }

    [Fact]
    public async Task A_refused_message_is_refused_for_each()
    {
        await using var session = await new SessionUnderTest().Lmtp().GreetedAsync("LHLO client.example.net");
        await session.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nRCPT TO:<joe@example.org>\r\nDATA\r\n");
        session.Unread();
        await session.SendAsync("a\nb\r\n.\r\n");
        Assert.Equal(string.Concat(Enumerable.Repeat("550 5.5.2 Message holds a bare CR or LF\r\n", 2)), session.Unread());
    }
}
