using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

public class RelayTests
{
    [Theory]
    [InlineData(SandboxProtocol.Smtp, true)]
    [InlineData(SandboxProtocol.Smtp, false)]
    [InlineData(SandboxProtocol.Lmtp, true)]
    [InlineData(SandboxProtocol.Lmtp, false)]
    public async Task A_body_arrives_byte_for_byte(SandboxProtocol protocol, bool pipelining)
    {
        await using var box = await SandboxedHost.StartAsync(protocol, serve: options => options with { Pipelining = pipelining });
        var body = "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $".line {i}\r\n")) + "end\r\n";

        var result = await box.RelayAsync(body, "jane@example.org", "nobody@example.org");

        Assert.Equal([Disposition.Delivered, Disposition.Permanent], result.Outcomes.Select(outcome => outcome.Disposition));
        var message = Assert.Single(box.Accounts.Messages("jane@example.org"));
        Assert.Equal("ann@sender.example", message.ReversePath);
        Assert.Equal(body, Encoding.Latin1.GetString(message.Body.Span));
    }
}
