using System.Buffers;
using System.Text;
using CsCheck;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Wire;

public class XClientTests
{
    static readonly Gen<string?> Values = Pick.From(
        "a", "b@c", "192.0.2.7", "IPV6:2001:db8::1", "\r\n", "\r\nRCPT TO:<v@w>\r\n", "\0", " ", "+", "=", "ü", "\u0085", "+0D+0A", "[UNAVAILABLE]", "[tempunavail]",
        new string('l', 160), new string('+', 80)).Array[0, 4].Select(parts => parts.Length == 0 ? null : string.Concat(parts));

    static readonly Gen<XClientField[]> Fields =
        Gen.Select(Gen.Enum<XClientName>(), Values, (name, value) => new XClientField(name, value)).Array[1, 8];

    [Fact]
    public void Every_attribute_goes_into_one_command_where_it_fits() =>
        Assert.Equal(["XCLIENT PROTO=ESMTP HELO=client.example LOGIN=jane+2Bx+20y+3D PORT=[UNAVAILABLE] NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1"], Write(
            new(XClientName.Proto, "ESMTP"), new(XClientName.Helo, "client.example"), new(XClientName.Login, "jane+x y="),
            new(XClientName.Port, null), new(XClientName.Name, null), new(XClientName.Addr, "IPV6:2001:db8::1")));

    [Fact]
    public void What_does_not_fit_one_line_goes_into_several_and_the_address_last()
    {
        var lines = Write(new(XClientName.Helo, new string('h', 300)), new(XClientName.Login, new string('l', 300)), new(XClientName.Addr, "192.0.2.7"))!;
        Assert.Equal([$"XCLIENT HELO={new string('h', 300)}", $"XCLIENT LOGIN={new string('l', 300)} ADDR=192.0.2.7"], lines);
    }

    [Theory]
    [InlineData(480, true)]
    [InlineData(481, false)]
    public void A_value_has_480_octets_at_most(int length, bool isWritten) =>
        Assert.Equal(isWritten, Write(new XClientField(XClientName.DestAddr, new string('x', length))) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nMAIL FROM:<>")]
    [InlineData("ü")]
    [InlineData("a\u007f")]
    [InlineData("[Unavailable]")]
    [InlineData("[TEMPUNAVAIL]")]
    public void A_value_that_would_not_read_back_is_not_written(string value) =>
        Assert.Null(Write(new XClientField(XClientName.Port, "25"), new XClientField(XClientName.Login, value)));

    [Fact]
    public void Nothing_to_tell_is_no_command() => Assert.False(SmtpCommandWriter.TryXClient(new ArrayBufferWriter<byte>(), [], out _));

    [Theory]
    [InlineData("")]
    [InlineData("ADDR")]
    [InlineData("ADDR=")]
    [InlineData("WHO=me")]
    [InlineData("ADDR=1.2.3.4  PORT=1")]
    [InlineData("LOGIN=a+0D+0Ab")]
    [InlineData("LOGIN=a=b")]
    public void A_malformed_argument_is_not_read(string argument) =>
        Assert.False(XClientField.TryParse(Encoding.Latin1.GetBytes(argument), out _));

    [Fact]
    public void Names_and_unknown_values_are_read_in_any_case()
    {
        Assert.True(XClientField.TryParse("addr=ipv6:::1 Login=[unavailable]"u8, out var fields));
        Assert.Equal([new(XClientName.Addr, "ipv6:::1"), new(XClientName.Login, null)], fields);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same_or_nothing_is_written() =>
        Fields.Sample(fields =>
        {
            var lines = Write(fields);
            Assert.Equal(fields.All(field => field.Value is null || XClientField.CanCarry(field.Value)), lines is not null);
            if (lines is null)
                return;
            var again = new List<XClientField>();
            foreach (var line in lines)
            {
                Assert.True(line.Length <= 510);
                Assert.StartsWith("XCLIENT ", line, StringComparison.Ordinal);
                Assert.True(XClientField.TryParse(Encoding.Latin1.GetBytes(line["XCLIENT ".Length..]), out var read));
                again.AddRange(read);
            }
            Assert.Equal(fields, again);
        }, iter: 10_000);

    /// <summary>The lines of as many commands as it takes, without CRLF; null where one was refused.</summary>
    static List<string>? Write(params XClientField[] fields)
    {
        var lines = new List<string>();
        for (var at = 0; at < fields.Length;)
        {
            var output = new ArrayBufferWriter<byte>();
            if (!SmtpCommandWriter.TryXClient(output, fields.AsSpan(at), out var taken))
            {
                Assert.Equal(0, output.WrittenCount);
                Assert.Empty(lines);
                return null;
            }
            Assert.True(taken > 0);
            at += taken;
            Assert.Equal("\r\n"u8, output.WrittenSpan[^2..]);
            var line = output.WrittenSpan[..^2];
            Assert.Equal(-1, line.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E));
            lines.Add(Encoding.Latin1.GetString(line));
        }
        return lines;
    }
}
