using System.Buffers;
using CsCheck;
using Posthouse.Wire.Bodies;

namespace Posthouse.Tests.Wire;

public class BodyTests
{
    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("a\r\n.\r\n", "a\r\n")]
    [InlineData("\r\n.\r\n", "\r\n")]
    [InlineData(".x\r\n.\r\n", "x\r\n")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData("...\r\n.\r\n", "..\r\n")]
    [InlineData("a\r\n. \r\n.\t\r\n.\r\n", "a\r\n \r\n\t\r\n")]
    [InlineData("a.\r\nb.c\r\n.\r\n", "a.\r\nb.c\r\n")]
    [InlineData("\u000b.\u000b\u000c.\u000c\u00c2\u0085.\u00c2\u0085\u00e2\u0080\u00a8.\r\n.\r\n", "\u000b.\u000b\u000c.\u000c\u00c2\u0085.\u00c2\u0085\u00e2\u0080\u00a8.\r\n")]
    public void A_body_is_unstuffed_up_to_its_end(string wire, string body)
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets(wire + "MAIL")))
            Assert.Equal((body, "MAIL", true, false, false), Read(pieces));
    }

    // HARDENING 81-92: the forms that some servers take for the end of the data.
    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r\n.\n")]
    [InlineData("\r.\r")]
    [InlineData("\r.\n")]
    [InlineData("\n.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n.\rX")]
    [InlineData("\r\n.\r\r\n")]
    [InlineData("\r\r\n.\r\r\n")]
    public void No_bare_control_ends_a_body(string form)
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets("a" + form + "MAIL FROM:<evil@x>\r\n")))
        {
            var (_, rest, isEnd, sawBareControl, _) = Read(pieces);
            Assert.Equal(("", false, true), (rest, isEnd, sawBareControl));
        }

        foreach (var pieces in Cuts.Of(Cuts.Octets("a" + form + "MAIL\r\n.\r\nQUIT\r\n")))
        {
            var (body, rest, isEnd, sawBareControl, _) = Read(pieces);
            Assert.Equal(("QUIT\r\n", true, true), (rest, isEnd, sawBareControl));
            Assert.EndsWith("MAIL\r\n", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\r\n\0.\r\n", "\r\n\0.\r\n")]
    [InlineData("\r\n.\0\r\n", "\r\n\0\r\n")]
    public void A_NUL_is_noticed_and_ends_nothing(string form, string body)
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets(form + ".\r\n\0")))
            Assert.Equal((body, "\0", true, false, true), Read(pieces));
    }

    [Fact]
    public void A_NUL_behind_the_end_is_not_the_bodys()
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets("a\r\n.\r\n\0\n\r")))
            Assert.Equal(("a\r\n", "\0\n\r", true, false, false), Read(pieces));
    }

    [Fact]
    public void A_bare_line_feed_keeps_its_place_in_the_body()
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets("a\nb\rc\r\r\nd\r\n.\re\r\n.\r\n")))
            Assert.Equal(("a\nb\rc\r\r\nd\r\n\re\r\n", "", true, true, false), Read(pieces));
    }

    [Fact]
    public void Any_bytes_are_read_as_octet_by_octet_reading_tells() =>
        Hostile.Sample(wire =>
        {
            var octets = Cuts.Octets(wire);
            var expected = ReadSlowly(wire);
            Assert.Equal(expected, Read([octets]));
            Assert.Equal(expected, Read([.. octets.Select(octet => new[] { octet })]));
        }, iter: 10_000);

    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData("\r\n", "\r\n.\r\n")]
    [InlineData(".", "..\r\n.\r\n")]
    [InlineData(".\r\n.\r\n..\r\n", "..\r\n..\r\n...\r\n.\r\n")]
    [InlineData("a.b\r\n.c", "a.b\r\n..c\r\n.\r\n")]
    [InlineData("x\r\n.\r\nMAIL FROM:<x>\r\n", "x\r\n..\r\nMAIL FROM:<x>\r\n.\r\n")]
    [InlineData("a\r", "a\r\n.\r\n")]
    public void A_body_is_stuffed_alike_however_it_is_cut(string body, string wire)
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets(body)))
            Assert.Equal((wire, true), Stuff(pieces));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("\n")]
    [InlineData("a\rb")]
    [InlineData("a\r\r\n")]
    [InlineData("a\r\n\n.\r\n")]
    [InlineData("a\r.\r\n")]
    public void No_bare_control_ever_leaves(string body)
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets(body)))
        {
            var (wire, isWhole) = Stuff(pieces);
            Assert.False(isWhole);
            Assert.DoesNotContain('\r', wire.Replace("\r\n", "", StringComparison.Ordinal));
            Assert.DoesNotContain('\n', wire.Replace("\r\n", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_broken_body_cannot_be_ended()
    {
        var stuffer = new DotStuffer();
        var output = new ArrayBufferWriter<byte>();
        Assert.False(stuffer.Write("a\nb"u8, output));
        Assert.False(stuffer.Write("c\r\n"u8, output));
        Assert.Throws<InvalidOperationException>(() => stuffer.Finish(output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void What_is_stuffed_is_unstuffed_to_the_same() =>
        Gen.Select(Pick.From("\r\n", ".", "..", "a", "b.c", "\u00ff", "\0", "\r\n.\r\n").Array[0, 20], Gen.Int[1, 7]).Sample((parts, size) =>
        {
            var body = Cuts.Octets(string.Concat(parts) + "\r\n");
            var (wire, isWhole) = Stuff([.. body.Chunk(size)]);
            Assert.True(isWhole);
            var (read, rest, isEnd, sawBareControl, _) = Read([.. Cuts.Octets(wire).Chunk(size + 1)]);
            Assert.Equal((Cuts.Text(body), "", true, false), (read, rest, isEnd, sawBareControl));
        }, iter: 10_000);

    static readonly Gen<string> Hostile =
        Pick.From("\r\n", "\r", "\n", ".", "..", "a", "\0", "\r\n.\r\n", "\r\n.").Array[0, 14].Select(parts => string.Concat(parts));

    // One segment a piece, read whole; then the same pieces arriving one after the other must agree.
    static (string Body, string After, bool IsEnd, bool SawBareControl, bool SawNul) Read(byte[][] pieces)
    {
        var whole = new DotUnstuffer();
        var body = new ArrayBufferWriter<byte>();
        var buffer = Cuts.Sequence(pieces);
        var isEnd = whole.Read(ref buffer, body);
        var answer = (Cuts.Text(body.WrittenSpan), Cuts.Text(buffer.ToArray()), isEnd, whole.SawBareControl, whole.SawNul);

        var arriving = new DotUnstuffer();
        var arrived = new ArrayBufferWriter<byte>();
        string rest = "";
        var ended = false;
        foreach (var piece in pieces)
        {
            var one = new ReadOnlySequence<byte>(piece);
            ended = ended || arriving.Read(ref one, arrived);
            rest += Cuts.Text(one.ToArray());
        }

        Assert.Equal(answer, (Cuts.Text(arrived.WrittenSpan), rest, ended, arriving.SawBareControl, arriving.SawNul));
        return answer;
    }

    // The same rules, said once more in the plainest way.
    static (string Body, string After, bool IsEnd, bool SawBareControl, bool SawNul) ReadSlowly(string wire)
    {
        var end = ("\r\n" + wire).IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        var used = end < 0 ? wire : wire[..end];
        var rest = end < 0 ? "" : wire[(end + 3)..];
        // Without an end, a dot at the very end of what has come is still undecided.
        if (end < 0 && ("\r\n" + used).EndsWith("\r\n.\r", StringComparison.Ordinal))
            used = used[..^2];
        var lines = used.Split("\r\n").Select(line => line.StartsWith('.') ? line[1..] : line);
        var bare = used.Replace("\r\n", "", StringComparison.Ordinal).AsSpan();
        var isOpen = end < 0 && used.EndsWith('\r');
        if (isOpen)
            bare = bare[..^1];
        return (string.Join("\r\n", lines), rest, end >= 0, bare.IndexOfAny('\r', '\n') >= 0, used.Contains('\0'));
    }

    static (string Wire, bool IsWhole) Stuff(byte[][] pieces)
    {
        var stuffer = new DotStuffer();
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            if (!stuffer.Write(piece, output))
                return (Cuts.Text(output.WrittenSpan), false);
        }

        stuffer.Finish(output);
        return (Cuts.Text(output.WrittenSpan), true);
    }
}
