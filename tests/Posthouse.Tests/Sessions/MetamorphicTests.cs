using System.Text;

namespace Posthouse.Tests.Sessions;

/// <summary>The same octets give the same replies and the same messages, however they are cut.</summary>
public class MetamorphicTests
{
    public static TheoryData<string> Conversations { get; } =
    [
        "EHLO client.example.net\r\nMAIL FROM:<a@b.example> SIZE=10\r\nRCPT TO:<jane@example.org>\r\nRCPT TO:<nobody@example.org>\r\nDATA\r\n"
            + "Received: x\r\nSubject: y\r\n z\r\n\r\n..dot\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n",
        "EHLO client.example.net\r\nAUTH LOGIN\r\namFuZQ==\r\nc2VjcmV0\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\nx\r\n.\r\nRSET\r\nNOOP",
        "EHLO client.example.net\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nBDAT 5\r\nab\r\n\rBDAT 4 LAST\r\n\nd\r\nNOOP\r\nBDAT 3\r\nabcQUIT\r\n",
        "EHLO client.example.net\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\nx\n.\r\ny\r.\r\nz\r\n.\n\r\n.\r\nQUIT\r\n",
        "NOOP\n\r\nNOOP\rRSET\r\nEHLO \r\nMAIL\r\nXXXX\r\nDATA\r\nAUTH PLAIN =\r\nHELP\r\n\u0080\r\nQUIT now\r\nQUIT\r\n",
        "EHLO client.example.net\r\nVRFY jane\r\nEXPN staff\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\nno end",
    ];

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task Any_cut_gives_the_same_session(string conversation)
    {
        var whole = await RunAsync([conversation]);
        Assert.Equal(whole, await RunAsync([.. conversation.Select(octet => octet.ToString())]));
        for (var cut = 1; cut < conversation.Length; cut++)
            Assert.Equal(whole, await RunAsync([conversation[..cut], conversation[cut..]]));
    }

    [Theory]
    [InlineData(4093)]
    [InlineData(4095)]
    [InlineData(32766)]
    [InlineData(32767)]
    [InlineData(32768)]
    [InlineData(65536)]
    public async Task The_end_of_a_message_is_found_at_any_edge_of_a_buffer(int length)
    {
        var conversation = "EHLO client.example.net\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n"
            + new string('x', length) + "\r\n..\r\n.\r\nQUIT\r\n";
        var whole = await RunAsync([conversation]);
        Assert.EndsWith(new string('x', 10) + "\r\n.\r\n", whole, StringComparison.Ordinal);
        Assert.Equal(whole, await RunAsync(conversation.Chunk(1000).Select(chunk => new string(chunk))));
    }

    static async Task<string> RunAsync(IEnumerable<string> segments)
    {
        await using var session = new SessionUnderTest().Tls().Start();
        var seen = new StringBuilder().Append(await session.LineAsync()).Append('\n');
        foreach (var segment in segments)
            await session.SendAsync(segment);
        await session.CloseAsync();
        seen.Append(await session.RestAsync()).Append(await session.Ended).Append('\n');
        foreach (var message in session.Intake.Committed)
            seen.Append(message.Text);
        return seen.ToString();
    }
}
