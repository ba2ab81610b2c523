using System.Buffers;
using System.Text;
using CsCheck;
using Posthouse.Wire.Encodings;
using Posthouse.Wire.Text;

namespace Posthouse.Tests.Wire;

public class EncodingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("QQ==", "A")]
    [InlineData("QUI=", "AB")]
    [InlineData("QUJD", "ABC")]
    [InlineData("AHUAcA==", "\0u\0p")]
    [InlineData("+/+/", "\u00fb\u00ff\u00bf")]
    public void Base64_in_its_one_spelling_is_read(string text, string octets)
    {
        var bytes = new byte[16];
        Assert.True(Base64Strict.TryDecode(Cuts.Octets(text), bytes, out var written));
        Assert.Equal(octets, Cuts.Text(bytes.AsSpan(0, written)));
    }

    [Theory]
    [InlineData("QR==")] // bits under the padding
    [InlineData("QUJ=")]
    [InlineData("AG Vz")]
    [InlineData(" QQ==")]
    [InlineData("QQ==\r\n")]
    [InlineData("QQ\r\n==")]
    [InlineData("!!!!")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("A===")]
    [InlineData("=AAA")]
    [InlineData("AAA=BBB")]
    [InlineData("AAA=BBBB")]
    [InlineData("QQ")]
    [InlineData("QQ=")]
    [InlineData("QQ=A")]
    [InlineData("QQ-_")]
    [InlineData("QQ\u00c1\u00c1")]
    public void Base64_in_any_other_spelling_is_refused(string text) =>
        Assert.False(Base64Strict.TryDecode(Cuts.Octets(text), new byte[64], out _));

    [Fact]
    public void Base64_never_writes_past_its_room() =>
        Assert.False(Base64Strict.TryDecode("QUJD"u8, new byte[2], out _));

    [Fact]
    public void What_base64_decodes_it_would_spell_the_same() =>
        Gen.Byte.Array[0, 40].Sample(octets =>
        {
            var text = Encoding.ASCII.GetBytes(Convert.ToBase64String(octets));
            var bytes = new byte[Base64Strict.MaxDecodedLength(text.Length)];
            Assert.True(Base64Strict.TryDecode(text, bytes, out var written));
            Assert.Equal(octets, bytes[..written]);
        }, iter: 2000);

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a+2Bb+3Dc+20d", "a+b=c d")]
    [InlineData("<>", "<>")]
    [InlineData("", "")]
    public void Xtext_is_read(string text, string value)
    {
        Assert.True(XText.TryDecode(Cuts.Octets(text), out var decoded));
        Assert.Equal(value, decoded);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("+0")]
    [InlineData("+zz")]
    [InlineData("+2b")]
    [InlineData("a=b")]
    [InlineData("a b")]
    [InlineData("+0D+0A")]
    [InlineData("+00")]
    [InlineData("+7F")]
    [InlineData("+FF")]
    [InlineData("\u00e9")]
    [InlineData("a\tb")]
    public void Xtext_with_a_bad_escape_or_a_hidden_control_is_refused(string text) =>
        Assert.False(XText.TryDecode(Cuts.Octets(text), out _));

    [Fact]
    public void Printable_text_survives_xtext() =>
        Gen.Char[' ', '~'].Array[0, 60].Sample(characters =>
        {
            var output = new ArrayBufferWriter<byte>();
            XText.Encode(characters, output);
            Assert.DoesNotContain((byte)' ', output.WrittenSpan.ToArray());
            Assert.True(XText.TryDecode(output.WrittenSpan, out var value));
            Assert.Equal(new string(characters), value);
        }, iter: 2000);

    [Fact]
    public void Xtext_refuses_to_carry_a_line_break() =>
        Assert.Throws<ArgumentException>(() => XText.Encode("a\r\nb", new ArrayBufferWriter<byte>()));

    [Theory]
    [InlineData(@"a\x{2B}b\x{3D}\x{5C}\x{20}", @"a+b=\ ")]
    [InlineData("\u00c3\u00bc", "ü")]
    [InlineData(@"\x{FC}\x{1f600}", "ü😀")]
    public void A_unicode_address_is_read_and_written(string text, string value)
    {
        Assert.True(UnicodeAddress.TryDecode(Cuts.Octets(text), out var decoded));
        Assert.Equal(value, decoded);
        Assert.True(UnicodeAddress.TryDecode(Encoding.UTF8.GetBytes(UnicodeAddress.Encode(value)), out var again));
        Assert.Equal(value, again);
    }

    [Theory]
    [InlineData("a+b")]
    [InlineData("a=b")]
    [InlineData("a b")]
    [InlineData(@"\x{0D}")]
    [InlineData(@"\x{D800}")]
    [InlineData(@"\x{110000}")]
    [InlineData(@"\x{}")]
    [InlineData(@"\x{41")]
    [InlineData(@"\x{0000041}")]
    [InlineData(@"\x{G0}")]
    [InlineData(@"\y{41}")]
    [InlineData("\u00c3")]
    [InlineData("\u00c2\u0085")]
    public void A_unicode_address_with_a_bad_escape_or_control_is_refused(string text) =>
        Assert.False(UnicodeAddress.TryDecode(Cuts.Octets(text), out _));

    [Theory]
    [InlineData("1", 20, 1)]
    [InlineData("007", 20, 7)]
    [InlineData("9223372036854775807", 20, long.MaxValue)]
    public void Digits_are_read(string text, int most, long value)
    {
        Assert.True(Digits.TryParse(Cuts.Octets(text), most, out var number));
        Assert.Equal(value, number);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("+5", 20)]
    [InlineData("-1", 20)]
    [InlineData(" 5", 20)]
    [InlineData("5\0", 20)]
    [InlineData("\u00d9\u00a3", 20)]
    [InlineData("1234", 3)]
    [InlineData("9223372036854775808", 20)]
    [InlineData("99999999999999999999", 20)]
    public void Anything_that_the_framework_would_let_pass_as_a_number_is_refused(string text, int most) =>
        Assert.False(Digits.TryParse(Cuts.Octets(text), most, out _));

    [Theory]
    [InlineData("plain ~", "plain ~")]
    [InlineData("a\r\nb\0\t\u007f", "a??b???")]
    [InlineData("\u00c3\u00bc", "ü")]
    [InlineData("\u00ff\u00c3", "??")]
    [InlineData("a\u00c2\u0085b", "a?b")] // NEL
    [InlineData("a\u00e2\u0080\u00a8b", "a?b")] // LINE SEPARATOR
    [InlineData("a\u00e2\u0080\u00aeb", "a?b")] // RIGHT-TO-LEFT OVERRIDE
    [InlineData("\u001b[2J", "?[2J")]
    public void Text_from_a_peer_is_made_printable(string octets, string text) =>
        Assert.Equal(text, PrintableText.Decode(Cuts.Octets(octets)));
}
