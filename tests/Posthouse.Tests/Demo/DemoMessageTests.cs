using System.Text;
using Posthouse.Demo;

namespace Posthouse.Tests.Demo;

public class DemoMessageTests
{
    static readonly byte[] Sent = DemoMessage.Compose("s", "john@example.org", new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_message_has_8_bit_text_dots_and_a_line_of_1000_octets()
    {
        var lines = Encoding.Latin1.GetString(Sent).Split("\r\n");

        Assert.Contains(".", lines);
        Assert.Contains(lines, line => line.StartsWith("..", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Length + 2 == 1000);
        Assert.Contains(Sent, octet => octet > 127);
        Assert.Contains("Date: Mon, 23 Nov 2026 08:00:00 +0000", lines);
        Assert.Equal("", lines[^1]);
        Assert.DoesNotContain(lines, line => line.Contains('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Received: from a\r\n\tby b; now\r\n", "", "unchanged")]
    [InlineData("Received: a\r\nReceived: b\r\n", "", "two Received")]
    [InlineData("Received: a\r\nX-Added: b\r\n", "", "changed")]
    [InlineData("Received: a\r\n", ".", "changed")]
    [InlineData("", "", "no Received")]
    public void What_became_of_a_message_is_told(string before, string after, string expected)
    {
        byte[] arrived = [.. Encoding.ASCII.GetBytes(before), .. Sent, .. Encoding.ASCII.GetBytes(after)];

        Assert.Equal(expected, DemoMessage.Compare(Sent, arrived));
    }
}
