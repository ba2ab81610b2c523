using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Tests.Sessions;

/// <summary>HARDENING §2 E without smuggling.</summary>
public class DataTests
{
    internal const string Envelope = "MAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n";

    internal static async Task<SessionUnderTest> InDataAsync(Func<SessionUnderTest, SessionUnderTest>? prepare = null)
    {
        var session = await (prepare ?? (s => s))(new SessionUnderTest()).GreetedAsync();
        await session.SendAsync(Envelope);
        Assert.EndsWith("354 End the message with <CRLF>.<CRLF>\r\n", session.Unread(), StringComparison.Ordinal);
        return session;
    }

    [Theory]
    [InlineData("Subject: x\r\n\r\nbody\r\n.\r\n", "Subject: x\r\n\r\nbody\r\n")]
    [InlineData(".\r\n", "")]
    [InlineData(".x\r\n..\r\n...y\r\n.\r\n", "x\r\n.\r\n..y\r\n")]
    [InlineData("a\r\n. \r\n.\t\r\n.\r\n", "a\r\n \r\n\t\r\n")]
    [InlineData("\u000b.\u000b\u000c.\u000c\u00c2\u0085.\u00c2\u0085\r\n.\r\n", "\u000b.\u000b\u000c.\u000c\u00c2\u0085.\u00c2\u0085\r\n")]
    [InlineData("From x\r\n>From y\r\n.\r\n", "From x\r\n>From y\r\n")]
    [InlineData("\u00e9\u00ff\r\n.\r\n", "\u00e9\u00ff\r\n")]
    public async Task A_body_is_queued_octet_for_octet(string sent, string queued)
    {
        await using var session = await InDataAsync();
        await session.SendAsync(sent);
        Assert.Equal("250 2.0.0 Queued as Q1\r\n", session.Unread());
        Assert.Equal(queued, Assert.Single(session.Intake.Committed).ClientText);
    }

    [Fact]
    public async Task A_long_line_streams_in_pieces_of_bounded_size()
    {
        await using var session = await InDataAsync(s => s.With(m => m with { Data = m.Data with { MaxSize = 10_000_000 } }));
        var line = new string('x', 3_000_000);
        await session.SendAsync(line + "\r\n.\r\n");
        Assert.Equal("250 2.0.0 Queued as Q1\r\n", session.Unread());
        var message = Assert.Single(session.Intake.Committed);
        Assert.Equal(line + "\r\n", message.ClientText);
        Assert.InRange(message.LongestWrite, 1, 128 * 1024);
    }

    [Fact]
    public async Task Two_messages_in_one_segment_are_two_messages()
    {
        await using var session = await InDataAsync();
        await session.SendAsync("one\r\n.\r\n" + Envelope + "two\r\n.\r\nQUIT\r\n");
        Assert.Equal(SessionEnd.Quit, await session.Ended);
        Assert.Equal(["one\r\n", "two\r\n"], session.Intake.Committed.Select(m => m.ClientText));
    }

    [Fact]
    public async Task A_nul_is_refused_and_nothing_queued()
    {
        await using var session = await InDataAsync();
        await session.SendAsync("a\0b\r\n.\r\nNOOP\r\n");
        Assert.Equal("550 5.6.0 Message holds a NUL\r\n250 2.0.0 OK\r\n", session.Unread());
        Assert.Empty(session.Intake.Committed);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_read_to_its_end_and_refused()
    {
        await using var session = await InDataAsync(s => s.With(m => m with { Data = m.Data with { MaxSize = 1000 } }));
        await session.SendAsync(new string('x', 998) + "\r\n.\r\n");
        Assert.Equal("250 2.0.0 Queued as Q1\r\n", session.Unread());
        await session.SendAsync(Envelope);
        session.Unread();
        await session.SendAsync(new string('x', 999) + "\r\n.\r\nNOOP\r\n");
        Assert.Equal("552 5.3.4 Message too big\r\n250 2.0.0 OK\r\n", session.Unread());
        Assert.Single(session.Intake.Committed);
        Assert.All(session.Intake.Begun, message => Assert.True(message.IsDisposed));
    }

    [Fact]
    public async Task A_message_far_over_the_limit_ends_the_session()
    {
        await using var session = await InDataAsync(s => s.With(m => m with { Data = m.Data with { MaxSize = 1000 } }));
        await session.SendAsync(new string('x', 1000 + 1024 * 1024 + 1));
        Assert.Equal("421 4.7.0 Too much data\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.TooMuchData, await session.Ended);
        Assert.True(session.Intake.Begun.Single().IsDisposed);
    }

    [Theory]
    [InlineData(5, 0, "250 2.0.0 Queued as Q1\r\n")]
    [InlineData(6, 0, "554 5.4.6 Too many Received headers: mail loop\r\n")]
    [InlineData(5, 9, "250 2.0.0 Queued as Q1\r\n")]
    public async Task A_message_that_was_here_too_often_is_in_a_loop(int own, int others, string reply)
    {
        await using var session = await InDataAsync();
        var trace = string.Concat(Enumerable.Repeat("Received: from by gw.example.com\r\n\tby GW.example.org with ESMTP\r\n", own))
            + string.Concat(Enumerable.Repeat("Received: by by gw.example.org.net\r\nX: by gw.example.org \r\n", others));
        await session.SendAsync($"{trace}\r\n\tby gw.example.org with\r\n.\r\n");
        Assert.Equal(reply, session.Unread());
    }

    [Fact]
    public async Task Too_many_received_headers_are_a_loop()
    {
        await using var session = await InDataAsync(s => s.With(m => m with { Data = m.Data with { MaxReceivedHeaders = 3 } }));
        await session.SendAsync("Received: a\r\nRECEIVED: b\r\n c\r\nReceived : c\r\n\r\nReceived: d\r\n.\r\n");
        Assert.Equal("250 2.0.0 Queued as Q1\r\n", session.Unread());
        await session.SendAsync(Envelope);
        session.Unread();
        await session.SendAsync("Received: a\r\nreceived: b\r\nReceived: c\r\nReceived: d\r\n\r\n.\r\n");
        Assert.Equal("554 5.4.6 Too many Received headers: mail loop\r\n", session.Unread());
    }

    [Fact]
    public async Task A_client_that_leaves_before_the_dot_leaves_nothing()
    {
        await using var session = await InDataAsync();
        await session.SendAsync("Subject: x\r\n\r\nbody\r\n.");
        await session.CloseAsync();
        Assert.Equal(SessionEnd.ClientLeft, await session.Ended);
        Assert.Empty(session.Intake.Committed);
        Assert.True(session.Intake.Begun.Single().IsDisposed);
    }

    [Theory]
    [InlineData(IntakeResult.NoSpace, "452 4.3.1")]
    [InlineData(IntakeResult.Failed, "451 4.3.0")]
    public async Task A_failed_commit_is_never_a_250(IntakeResult result, string reply)
    {
        await using var session = await InDataAsync();
        session.Intake.CommitAnswer = result;
        await session.SendAsync("x\r\n.\r\n");
        Assert.StartsWith(reply, session.Unread(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_over_the_limit_of_a_session_are_refused_for_now()
    {
        await using var session = await InDataAsync(s => s.With(m => m with { Data = m.Data with { MaxMessages = 1 } }));
        await session.SendAsync("x\r\n.\r\n" + Envelope);
        Assert.EndsWith("451 4.4.5 Too many messages in this session\r\n", session.Unread(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shutdown_lets_a_message_come_to_its_dot_and_answers_it()
    {
        await using var session = await InDataAsync();
        session.Intake.CommitGate = new TaskCompletionSource();
        await session.SendAsync("x\r\n");
        session.Drain();
        await session.SendAsync("y\r\n.\r\n");
        Assert.Equal("", session.Unread());
        session.Intake.CommitGate.SetResult();
        Assert.Equal("250 2.0.0 Queued as Q1\r\n421 4.3.2 Shutting down\r\n", await session.RestAsync());
        Assert.Equal("x\r\ny\r\n", session.Intake.Committed.Single().ClientText);
    }
}
