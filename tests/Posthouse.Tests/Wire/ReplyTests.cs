using System.Buffers;
using System.Text;
using CsCheck;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Wire;

public class ReplyTests
{
    [Theory]
    [InlineData("250 OK\r\n", "250 - OK")]
    [InlineData("250\r\n", "250 - ")]
    [InlineData("250 \r\n", "250 - ")]
    [InlineData("250-a\r\n250-\r\n250 b\r\n", "250 - a||b")]
    [InlineData("250-a\r\n250\r\n", "250 - a|")]
    [InlineData("550 5.1.1 no such user\r\n", "550 5.1.1 no such user")]
    [InlineData("550-5.1.1 no\r\n550 5.1.1 user\r\n", "550 5.1.1 no|user")]
    [InlineData("550 5.1.1\r\n", "550 5.1.1 ")]
    [InlineData("250 5.1.1 fine\r\n", "250 2.1.1 fine")] // the code rules
    [InlineData("550-2.0.0 a\r\n550 5.7.1 b\r\n", "550 5.7.1 a|b")]
    [InlineData("354 2.0.0 go\r\n", "354 - 2.0.0 go")] // 3yz has none
    [InlineData("250 2.01.0 x\r\n", "250 - 2.01.0 x")]
    [InlineData("250 2.1.0x\r\n", "250 - 2.1.0x")]
    [InlineData("250 2.1.1000 x\r\n", "250 - 2.1.1000 x")]
    [InlineData("250 3.1.0 x\r\n", "250 - 3.1.0 x")]
    [InlineData("299 x\r\n", "299 - x")]
    [InlineData("599 x\r\n", "599 - x")]
    [InlineData("250 a\0b\u001b[2J\u007f\u00ff\r\n", "250 - a?b?[2J??")]
    [InlineData("250 \u00c3\u00bc\r\n", "250 - ü")]
    [InlineData("220 x\r\n250 y\r\n", "220 - x; 250 - y")]
    [InlineData("", "")]
    [InlineData("25", "")]
    [InlineData("250-a\r\n250", "")]
    [InlineData("250-a\r\n550 b\r\n", "Invalid")]
    [InlineData("220 x\r\n250OK\r\n", "220 - x; Invalid")]
    [InlineData("25 OK\r\n", "Invalid")]
    [InlineData("2x0 OK\r\n", "Invalid")]
    [InlineData("666 x\r\n", "Invalid")]
    [InlineData("199 x\r\n", "Invalid")]
    [InlineData("250OK\r\n", "Invalid")]
    [InlineData("250\tOK\r\n", "Invalid")]
    [InlineData("\r\n", "Invalid")]
    [InlineData("+25 OK\r\n", "Invalid")]
    [InlineData(" 250 OK\r\n", "Invalid")]
    [InlineData("250 OK\n", "Invalid")]
    [InlineData("250 a\rb\r\n", "Invalid")]
    [InlineData("* OK IMAP\r\n", "Invalid")]
    [InlineData("HTTP/1.1 400 Bad\r\n", "Invalid")]
    [InlineData("SSH-2.0-x\r\n", "Invalid")]
    public void Replies_are_read_alike_however_they_are_cut(string input, string expected)
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets(input)))
            Assert.Equal(expected, string.Join("; ", Read(pieces)));
    }

    [Fact]
    public void A_reply_over_two_segments_is_read_as_one()
    {
        var octets = Cuts.Octets("550-5.1.1 no\r\n550 5.1.1 user\r\n");
        foreach (var pieces in Cuts.Of(octets))
        {
            var buffer = Cuts.Sequence(pieces);
            Assert.Equal(ReplyStatus.Done, new ReplyReader().Read(ref buffer, out var reply));
            Assert.Equal("550 5.1.1 no|user", Show(reply));
            Assert.True(buffer.IsEmpty);
        }
    }

    [Fact]
    public void What_follows_a_reply_is_left_in_the_buffer()
    {
        var buffer = Cuts.Sequence(Cuts.Octets("220 go\r\n250-x\r\n"));
        Assert.Equal(ReplyStatus.Done, new ReplyReader().Read(ref buffer, out _));
        Assert.Equal("250-x\r\n", Cuts.Text(buffer.ToArray()));
    }

    [Theory]
    [InlineData(2042, true)]
    [InlineData(2043, false)]
    public void A_line_holds_2048_octets(int text, bool isRead) =>
        Assert.Equal(isRead, Read([Cuts.Octets("250 " + new string('x', text) + "\r\n")])[0] != "Invalid");

    [Fact]
    public void A_line_without_end_is_given_up_at_the_bound() =>
        Assert.Equal(["Invalid"], Read([new byte[2047], new byte[1]]));

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, false)]
    public void A_reply_holds_128_lines(int before, bool isRead) =>
        Assert.Equal(isRead, Read([Cuts.Octets(string.Concat(Enumerable.Repeat("220-\r\n", before)) + "220 x\r\n")])[0] != "Invalid");

    [Theory]
    [InlineData(2042, true)] // 31 lines of 2048 and this one make 65536
    [InlineData(2043, false)]
    public void A_reply_holds_64_KiB(int text, bool isRead)
    {
        var lines = string.Concat(Enumerable.Repeat("220-" + new string('x', 2042) + "\r\n", 31));
        lines += "220-\r\n220 " + new string('x', text - 6) + "\r\n";
        Assert.Equal(isRead, Read([Cuts.Octets(lines)])[0] != "Invalid");
    }

    [Fact]
    public void After_garbage_no_reply_is_believed() => Assert.Equal(["Invalid"], Read([Cuts.Octets("x\r\n"), Cuts.Octets("250 OK\r\n")]));

    [Theory]
    [InlineData("2.0.0", 5)]
    [InlineData("5.999.999 x", 9)]
    public void An_enhanced_code_ends_at_a_blank(string text, int length)
    {
        Assert.True(EnhancedCode.TryRead(Cuts.Octets(text), out var code, out var consumed));
        Assert.Equal(length, consumed);
        Assert.Equal(text[..length], code.ToString());
    }

    [Fact]
    public void Each_line_is_written_with_its_codes()
    {
        Assert.Equal("250-2.0.0 a\r\n250-2.0.0\r\n250 2.0.0 b\r\n", Write(new Reply(250, new(2, 0, 0), ["a", "", "b"])));
        Assert.Equal("250-PIPELINING\r\n250 SIZE 5\r\n", Write(new Reply(250, null, ["PIPELINING", "SIZE 5"])));
        Assert.Equal("354 \r\n", Write(new Reply(354, null, [])));
    }

    [Fact]
    public void No_text_forges_a_second_reply()
    {
        Assert.Equal("550 a??250 b???\r\n", Write(new Reply(550, null, "a\r\n250 b\0\u007fü")));
        Assert.Equal("550 ü?\ufffd\r\n", Write(new Reply(550, null, "ü\u0085\ud800"), utf8: true));
    }

    [Theory]
    [InlineData(499, 511)]
    [InlineData(500, 512)]
    [InlineData(501, 512)]
    [InlineData(100_000, 512)]
    public void A_written_line_holds_512_octets(int text, int line) =>
        Assert.Equal(line, Write(new Reply(250, new(2, 0, 0), new string('x', text))).Length);

    [Fact]
    public void A_cut_never_leaves_half_a_character()
    {
        var written = Write(new Reply(250, null, "x" + new string('ü', 300)), utf8: true);
        Assert.Equal("250 x" + new string('ü', 252) + "\r\n", written);
    }

    [Theory]
    [InlineData(199, null)]
    [InlineData(600, null)]
    [InlineData(250, 5)]
    public void A_reply_that_contradicts_itself_is_a_bug(int code, int? enhanced) =>
        Assert.Throws<ArgumentException>(() => Write(new Reply(code, enhanced is { } c ? new EnhancedCode(c, 0, 0) : null, "x")));

    [Fact]
    public void What_is_written_is_read_as_one_reply() =>
        Gen.Select(Gen.Int[200, 599], Pick.From("a", " ", "\r\n", "250 ", "ü", "\0", "2.0.0 ", "-").Array[0, 6].Array[1, 4])
            .Sample((code, lines) =>
            {
                var reply = new Reply(code, null, [.. lines.Select(parts => string.Concat(parts))]);
                var replies = Read([Encoding.UTF8.GetBytes(Write(reply, utf8: true))]);
                Assert.Single(replies);
                Assert.StartsWith($"{code} ", replies[0], StringComparison.Ordinal);
            }, iter: 5000);

    static string Write(Reply reply, bool utf8 = false)
    {
        var output = new ArrayBufferWriter<byte>();
        ReplyWriter.Write(output, reply, utf8);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Theory]
    [InlineData("500 5.5.2 what is tulip\r\n", "500 5.5.2 ")]
    [InlineData("500-what\r\n500 is tulip\r\n", "500 - |")]
    [InlineData("535 5.7.8 no tulip today\r\n", "535 5.7.8 no tulip today")]
    [InlineData("tulip\r\n", "a line that is none")]
    public void A_text_that_is_not_taken_is_nowhere(string text, string read)
    {
        var reader = new ReplyReader { TakesText = static code => code == 535 };
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text));

        var status = reader.Read(ref buffer, out var reply);

        Assert.Equal(read, status == ReplyStatus.Done ? Show(reply) : reader.Fault);
    }

    static string Show(Reply reply) => $"{reply.Code} {reply.Enhanced?.ToString() ?? "-"} {string.Join('|', reply.Lines)}";

    // As a connection does it: what is not taken stays and grows.
    static List<string> Read(byte[][] arrivals)
    {
        var reader = new ReplyReader();
        var answers = new List<string>();
        var held = Array.Empty<byte>();
        foreach (var arrival in arrivals)
        {
            var buffer = new ReadOnlySequence<byte>([.. held, .. arrival]);
            ReplyStatus status;
            while ((status = reader.Read(ref buffer, out var reply)) == ReplyStatus.Done)
                answers.Add(Show(reply));
            if (status == ReplyStatus.Invalid && (answers.Count == 0 || answers[^1] != "Invalid"))
                answers.Add("Invalid");
            held = buffer.ToArray();
        }

        return answers;
    }
}
