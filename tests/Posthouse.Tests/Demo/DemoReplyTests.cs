using System.Text;
using Posthouse.Demo;

namespace Posthouse.Tests.Demo;

public class DemoReplyTests
{
    [Theory]
    [InlineData("250 2.1.5 ok", "250 2.1.5")]
    [InlineData("250 <jane@example.org>", "250")]
    [InlineData("250", "250")]
    [InlineData("250 ", "250")]
    [InlineData("220 1.2.3.4 hello", "220")]
    [InlineData("550 5.1.1", "550 5.1.1")]
    public void The_codes_of_a_reply_are_its_code_and_an_enhanced_code_of_the_same_class(string line, string codes) =>
        Assert.Equal(codes, new DemoReply([line]).Codes);

    [Fact]
    public void An_offer_is_a_whole_keyword_with_all_its_parameters()
    {
        var reply = new DemoReply(["250-mx.example.org AUTH", "250-AUTH LOGIN PLAIN", "250 SIZE 100"]);

        Assert.True(reply.Offers("AUTH", "PLAIN", "LOGIN"));
        Assert.False(reply.Offers("AUTH", "PLAIN", "XOAUTH2"));
        Assert.False(reply.Offers("STARTTLS"));
        Assert.False(reply.Offers("mx.example.org"));
    }

    [Theory]
    [InlineData("250 ok\r\n", "250 ok")]
    [InlineData("250-a\r\n250-b\r\n250 c\r\n", "250-a|250-b|250 c")]
    [InlineData("250\r\n", "250")]
    public async Task A_reply_is_read_to_its_last_line(string octets, string lines)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(octets + "220 next\r\n"));
        var replies = new ReplyLines(stream);

        var reply = await replies.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(lines.Split('|'), reply.Lines);
        Assert.True(replies.HasMore);
    }

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("25\r\n")]
    [InlineData("250_x\r\n")]
    public async Task What_is_not_a_reply_is_refused(string octets)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(octets));

        await Assert.ThrowsAsync<InvalidDataException>(() => new ReplyLines(stream).ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_fills_memory()
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes("250 " + new string('x', 5000)));

        await Assert.ThrowsAsync<InvalidDataException>(() => new ReplyLines(stream).ReadAsync(TestContext.Current.CancellationToken));
    }
}
