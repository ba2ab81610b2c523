using Posthouse.Gateway.Sessions;

namespace Posthouse.Tests.Sessions;

/// <summary>HARDENING §2 81-98: nothing but CRLF dot CRLF ends a message, and a message with a bare CR or LF is not queued.</summary>
public class SmugglingTests
{
    public static TheoryData<string, string> Endings { get; } = new()
    {
        { "\n.\n", "550 5.5.2" },
        { "\n.\r\n", "550 5.5.2" },
        { "\r\n.\n", "550 5.5.2" },
        { "\r.\r", "550 5.5.2" },
        { "\r.\n", "550 5.5.2" },
        { "\n.\r", "550 5.5.2" },
        { "\r.\r\n", "550 5.5.2" },
        { "\r\n.\rX", "550 5.5.2" },
        { "\r\n\0.\r\n", "550 5.6.0" },
        { "\r\n.\0\r\n", "550 5.6.0" },
        { "\r\n.\r\r\n", "550 5.5.2" },
        { "\r\r\n.\r\r\n", "550 5.5.2" },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task A_false_end_ends_nothing_and_queues_nothing(string ending, string reply)
    {
        const string Smuggled = "MAIL FROM:<evil@x.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\nsmuggled";
        await using var session = await DataTests.InDataAsync();
        await session.SendAsync($"Subject: x\r\n\r\nbody{ending}{Smuggled}\r\n.\r\nQUIT\r\n");
        var replies = (await session.RestAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, replies.Length);
        Assert.StartsWith(reply, replies[0], StringComparison.Ordinal);
        Assert.Equal("221 2.0.0 Bye", replies[1]);
        Assert.Empty(session.Intake.Committed);
        Assert.Equal(SessionEnd.Quit, await session.Ended);
    }

    [Theory]
    [InlineData("Subject: x\n y\r\n\r\nbody\r\n")]
    [InlineData("Subject: x\ry\r\n\r\nbody\r\n")]
    [InlineData("Subject: x\r\n\r\nbody\n\r\n")]
    [InlineData("Subject: x\r\n\r\nbody\r")]
    public async Task A_bare_line_end_anywhere_is_refused(string message)
    {
        await using var session = await DataTests.InDataAsync();
        await session.SendAsync(message + (message.EndsWith('\n') ? "" : "\r\n") + ".\r\n");
        Assert.Equal("550 5.5.2 Message holds a bare CR or LF\r\n", session.Unread());
        Assert.Empty(session.Intake.Committed);
    }
}
