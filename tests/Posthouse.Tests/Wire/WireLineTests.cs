using System.Buffers;
using Posthouse.Wire.Text;

namespace Posthouse.Tests.Wire;

public class WireLineTests
{
    [Theory]
    [InlineData("NOOP\r\nRSET\r\n", LineStatus.Complete, "NOOP", "RSET\r\n")]
    [InlineData("\r\n", LineStatus.Complete, "", "")]
    [InlineData("NOOP\n", LineStatus.BareControl, "", "")]
    [InlineData("\nX\r\n", LineStatus.BareControl, "", "X\r\n")]
    [InlineData("NOOP\rRSET\r\nQUIT\r\n", LineStatus.BareControl, "", "QUIT\r\n")]
    [InlineData("NOOP\r\r\nQUIT\r\n", LineStatus.BareControl, "", "QUIT\r\n")]
    [InlineData("NOOP", LineStatus.NeedMore, "", "NOOP")]
    [InlineData("NOOP\r", LineStatus.NeedMore, "", "NOOP\r")]
    [InlineData("", LineStatus.NeedMore, "", "")]
    [InlineData("12345678901234\r\n", LineStatus.Complete, "12345678901234", "")]
    [InlineData("123456789012345\r\n", LineStatus.TooLong, "", "123456789012345\r\n")]
    [InlineData("1234567890123456", LineStatus.TooLong, "", "1234567890123456")]
    [InlineData("123456789012345\r", LineStatus.TooLong, "", "123456789012345\r")]
    [InlineData("N\0P\r\n", LineStatus.Complete, "N\0P", "")]
    public void Only_CRLF_ends_a_line_of_at_most_16_octets(string input, LineStatus status, string line, string rest)
    {
        foreach (var pieces in Cuts.Of(Cuts.Octets(input)))
        {
            var buffer = Cuts.Sequence(pieces);
            Assert.Equal(status, WireLine.TryRead(ref buffer, 16, out var found));
            Assert.Equal(line, Cuts.Text(found.ToArray()));
            Assert.Equal(rest, Cuts.Text(buffer.ToArray()));
        }
    }

    [Theory]
    [InlineData("EHLO a\r\nNO\rOP\r\n\nRSET\r\n")]
    [InlineData("EHLO a\r\n12345678901234567890\r\n")]
    public void Bytes_that_arrive_one_by_one_give_the_same_lines(string input)
    {
        var whole = Lines([Cuts.Octets(input)]);
        foreach (var pieces in Cuts.Of(Cuts.Octets(input)))
            Assert.Equal(whole, Lines(pieces));
    }

    static List<string> Lines(byte[][] arrivals)
    {
        var answers = new List<string>();
        var held = new List<byte>();
        foreach (var arrival in arrivals)
        {
            held.AddRange(arrival);
            while (true)
            {
                var buffer = new ReadOnlySequence<byte>(held.ToArray());
                var status = WireLine.TryRead(ref buffer, 16, out var line);
                if (status == LineStatus.NeedMore)
                    break;
                answers.Add($"{status} {Cuts.Text(line.ToArray())}");
                if (status == LineStatus.TooLong)
                    return answers;
                held = [.. buffer.ToArray()];
            }
        }

        return answers;
    }
}
