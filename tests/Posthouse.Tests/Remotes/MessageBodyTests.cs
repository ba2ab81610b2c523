using System.Text;
using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

/// <summary>A message that a program has in memory.</summary>
public class MessageBodyTests
{
    [Theory]
    [InlineData("Subject: a\n\nb\n")]
    [InlineData("Subject: a\r\rb\r\n")]
    [InlineData("Subject: a\r\n\r\nb\r")]
    [InlineData("Subject: a\r\n\r\nb\n\r\n")]
    public void A_lone_CR_or_LF_is_refused(string text) =>
        Assert.Throws<ArgumentException>(() => MessageBody.FromMemory(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public async Task The_octets_come_as_they_are_in_bounded_pieces_and_more_than_once()
    {
        byte[] octets = [.. "Subject: a\r\n\r\n.b\r\n"u8, .. Enumerable.Repeat((byte)'x', 600_000), .. "\r\n"u8];
        var body = MessageBody.FromMemory(octets);

        for (var time = 0; time < 2; time++)
        {
            var read = new List<byte>();
            await foreach (var piece in body.ReadAsync(TestContext.Current.CancellationToken))
            {
                Assert.InRange(piece.Length, 1, 256 * 1024);
                read.AddRange(piece.Span);
            }
            Assert.Equal(octets, read);
        }
        Assert.Equal(octets.Length, body.Length);
    }

    [Fact]
    public async Task A_host_gets_it()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp);
        var request = SandboxedHost.Request("", "jane@example.org") with { Body = MessageBody.FromMemory("Subject: a\r\n\r\n.b\r\n"u8.ToArray()) };

        var result = await box.Host.RelayAsync(request, SandboxedHost.Token);

        Assert.Equal(Disposition.Delivered, Assert.Single(result.Outcomes).Disposition);
        Assert.True(Assert.Single(box.Accounts.Messages("jane@example.org")).Body.Span.EndsWith("Subject: a\r\n\r\n.b\r\n"u8));
    }
}
