using Posthouse.Gateway.Sessions;

namespace Posthouse.Tests.Sessions;

/// <summary>Deadlines, limits, shutdown.</summary>
public class LifetimeTests
{
    [Fact]
    public async Task A_silent_client_is_sent_away()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        session.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal("", session.Unread());
        session.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("421 4.4.2 Timeout\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.Timeout, await session.Ended);
    }

    [Fact]
    public async Task The_deadline_is_for_a_command_and_not_for_a_read()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        for (var i = 0; i < 4; i++)
        {
            await session.SendAsync("N");
            session.Time.Advance(TimeSpan.FromSeconds(74));
        }

        Assert.Equal("", session.Unread());
        session.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("421 4.4.2 Timeout\r\n", await session.RestAsync());
    }

    [Fact]
    public async Task Each_command_has_its_own_time_and_the_session_a_longest_one()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        for (var i = 0; i < 3; i++)
        {
            session.Time.Advance(TimeSpan.FromMinutes(4.9));
            await session.PlayAsync("""
                C: NOOP
                S: 250 2.0.0 OK
                """);
        }

        session.Time.Advance(TimeSpan.FromMinutes(0.4));
        Assert.Equal("421 4.4.2 Timeout\r\n", await session.RestAsync());
    }

    [Fact]
    public async Task A_body_that_drips_runs_out_of_time_and_leaves_nothing()
    {
        await using var session = await DataTests.InDataAsync();
        for (var i = 0; i < 9; i++)
        {
            await session.SendAsync("x");
            session.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal("", session.Unread());
        session.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("421 4.4.2 Timeout\r\n", await session.RestAsync());
        Assert.Empty(session.Intake.Committed);
        Assert.True(session.Intake.Begun.Single().IsDisposed);
    }

    [Fact]
    public async Task A_body_that_flows_may_take_longer_than_one_command()
    {
        await using var session = await DataTests.InDataAsync();
        for (var i = 0; i < 3; i++)
        {
            session.Time.Advance(TimeSpan.FromMinutes(4));
            await session.SendAsync(new string('x', 64 * 1024) + "\r\n");
        }

        await session.SendAsync(".\r\n");
        Assert.Equal("250 2.0.0 Queued as Q1\r\n", session.Unread());
    }

    [Fact]
    public async Task A_slow_disk_is_not_charged_to_the_client()
    {
        await using var session = await DataTests.InDataAsync();
        session.Intake.CommitGate = new TaskCompletionSource();
        await session.SendAsync("x\r\n.\r\n");
        session.Time.Advance(TimeSpan.FromMinutes(6));
        session.Intake.CommitGate.SetResult();
        Assert.Equal("250 2.0.0 Queued as Q1", await session.LineAsync());
    }

    [Fact]
    public async Task A_session_may_bring_so_much_and_no_more()
    {
        await using var session = await new SessionUnderTest().With(m => m with { TransferLimit = 100_000 }).GreetedAsync();
        await session.SendAsync(DataTests.Envelope + new string('x', 60_000) + "\r\n.\r\n" + DataTests.Envelope);
        session.Unread();
        await session.SendAsync(new string('x', 50_000));
        Assert.Equal("421 4.7.0 Too much data\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.TooMuchData, await session.Ended);
    }

    [Fact]
    public async Task A_shutdown_ends_the_session_between_two_commands()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.SendAsync("NO");
        session.Drain();
        Assert.Equal("421 4.3.2 Shutting down\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.Shutdown, await session.Ended);
    }

    [Fact]
    public async Task A_connection_given_up_ends_the_session_without_a_word()
    {
        await using var session = await DataTests.InDataAsync();
        session.Abort();
        Assert.Equal("", await session.RestAsync());
        Assert.Equal(SessionEnd.Aborted, await session.Ended);
        Assert.True(session.Intake.Begun.Single().IsDisposed);
    }

    [Fact]
    public async Task Replies_reach_a_client_that_has_closed_its_half()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.SendAsync("NOOP\r\nVRFY jane\r\nQUIT\r\n");
        await session.CloseAsync();
        Assert.Equal("250 2.0.0 OK\r\n250 2.1.5 Jane Doe <jane@example.org>\r\n221 2.0.0 Bye\r\n", await session.RestAsync());
    }
}
