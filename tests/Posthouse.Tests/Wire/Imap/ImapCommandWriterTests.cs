using System.Buffers;
using System.Text;
using CsCheck;
using Posthouse.Wire.Imap;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Wire.Imap;

public class ImapCommandWriterTests
{
    readonly ArrayBufferWriter<byte> _output = new();

    string Written => Encoding.Latin1.GetString(_output.WrittenSpan);

    [Fact]
    public void A_bare_command_is_one_line()
    {
        Assert.True(ImapCommandWriter.TryCommand(_output, "a1", "CAPABILITY"));
        Assert.Equal("a1 CAPABILITY\r\n", Written);
    }

    [Theory]
    [InlineData("", "NOOP")]
    [InlineData("a 1", "NOOP")]
    [InlineData("+", "NOOP")]
    [InlineData("a1\r\n", "NOOP")]
    [InlineData("a1", "")]
    [InlineData("a1", "NOOP\r\na2 LOGOUT")]
    [InlineData("a1", "LOGIN a b")]
    public void A_bad_tag_or_command_writes_nothing(string tag, string command)
    {
        Assert.False(ImapCommandWriter.TryCommand(_output, tag, command));
        Assert.Equal(0, _output.WrittenCount);
    }

    [Theory]
    [InlineData("PLAIN", "\0u\0p", true, "a1 AUTHENTICATE PLAIN AHUAcA==\r\n")]
    [InlineData("EXTERNAL", "", true, "a1 AUTHENTICATE EXTERNAL =\r\n")]
    [InlineData("PLAIN", "", false, "a1 AUTHENTICATE PLAIN\r\n")]
    public void Authenticate_carries_an_initial_response_in_base64(string mechanism, string initial, bool has, string line)
    {
        Assert.True(ImapCommandWriter.TryAuthenticate(_output, "a1", mechanism, Encoding.UTF8.GetBytes(initial), has));
        Assert.Equal(line, Written);
    }

    [Theory]
    [InlineData("PLAIN x")]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTU")]
    public void Authenticate_writes_no_unsound_mechanism(string mechanism)
    {
        Assert.False(ImapCommandWriter.TryAuthenticate(_output, "a1", mechanism, default, false));
        Assert.Equal(0, _output.WrittenCount);
    }

    [Theory]
    [InlineData("user", false, "dXNlcg==\r\n")]
    [InlineData("", false, "\r\n")]
    [InlineData("user", true, "*\r\n")]
    public void A_sasl_response_is_a_line_of_base64_or_a_star(string response, bool cancel, string line)
    {
        Assert.True(ImapCommandWriter.TrySaslResponse(_output, Encoding.UTF8.GetBytes(response), cancel));
        Assert.Equal(line, Written);
    }

    [Fact]
    public void A_line_past_the_limit_is_not_written()
    {
        Assert.False(ImapCommandWriter.TrySaslResponse(_output, new byte[9217]));
        Assert.False(ImapCommandWriter.TryAuthenticate(_output, "a1", "PLAIN", new byte[ImapCommandWriter.MaxLine], true));
        Assert.Equal(0, _output.WrittenCount);
        Assert.True(ImapCommandWriter.TrySaslResponse(_output, new byte[9216]));
        Assert.Equal(12288 + 2, _output.WrittenCount);
    }

    [Fact]
    public void Login_says_no_token()
    {
        Assert.False(ImapCommandWriter.TryLogin(_output, "a1", new Credentials("jane", "token"u8, CredentialKind.BearerToken)));
        Assert.Equal(0, _output.WrittenCount);
    }

    [Theory]
    [InlineData("jane", "secret", "a1 LOGIN \"jane\" \"secret\"\r\n")]
    [InlineData("NIL", "{5+}", "a1 LOGIN \"NIL\" \"{5+}\"\r\n")]
    [InlineData("a\"b\\c", "\\\"", "a1 LOGIN \"a\\\"b\\\\c\" \"\\\\\\\"\"\r\n")]
    public void Login_quotes_both_values(string user, string secret, string line)
    {
        Assert.True(ImapCommandWriter.TryLogin(_output, "a1", new Credentials(user, Encoding.UTF8.GetBytes(secret))));
        Assert.Equal(line, Written);
    }

    [Theory]
    [InlineData("", "secret")]
    [InlineData("jane", "")]
    [InlineData("jäne", "secret")]
    [InlineData("jane", "sëcret")]
    [InlineData("x\"\r\na2 LOGOUT", "secret")]
    [InlineData("jane", "a\0b")]
    [InlineData("jane", "a\u007f")]
    [InlineData("\ud800", "secret")]
    public void Login_writes_nothing_for_a_value_that_no_quoted_string_holds(string user, string secret)
    {
        Assert.False(ImapCommandWriter.TryLogin(_output, "a1", new Credentials(user, Encoding.UTF8.GetBytes(secret))));
        Assert.Equal(0, _output.WrittenCount);
    }

    [Fact]
    public void Login_takes_a_thousand_octets_and_no_more()
    {
        var most = Encoding.ASCII.GetBytes(new string('"', ImapCommandWriter.MaxQuoted));
        Assert.True(ImapCommandWriter.TryLogin(_output, "a1", new Credentials("u", most)));
        Assert.False(ImapCommandWriter.TryLogin(_output, "a1", new Credentials("u", [.. most, (byte)'x'])));
    }

    [Fact]
    public void What_login_writes_reads_back_as_the_input_or_nothing_is_written() =>
        Check.Sample(Gen.Select(Gen.String, Gen.OneOf(Gen.Byte, Gen.Byte[0x20, 0x7E]).Array), (user, secret) =>
        {
            var output = new ArrayBufferWriter<byte>();
            if (!ImapCommandWriter.TryLogin(output, "t", new Credentials(user, secret)))
            {
                Assert.Equal(0, output.WrittenCount);
                return;
            }
            var line = Encoding.Latin1.GetString(output.WrittenSpan);
            Assert.StartsWith("t LOGIN ", line, StringComparison.Ordinal);
            var rest = line["t LOGIN ".Length..];
            Assert.Equal(user, Unquote(ref rest));
            Assert.Equal(' ', rest[0]);
            rest = rest[1..];
            Assert.Equal(secret, Encoding.Latin1.GetBytes(Unquote(ref rest)));
            Assert.Equal("\r\n", rest);
        });

    [Fact]
    public void What_authenticate_writes_reads_back_as_the_input_or_nothing_is_written() =>
        Check.Sample(Gen.Select(Gen.String[Gen.Char["ABZ09-_ \r\na"], 0, 24], Gen.Byte.Array), (mechanism, initial) =>
        {
            var output = new ArrayBufferWriter<byte>();
            if (!ImapCommandWriter.TryAuthenticate(output, "t", mechanism, initial, true))
            {
                Assert.Equal(0, output.WrittenCount);
                return;
            }
            var words = Encoding.Latin1.GetString(output.WrittenSpan)[..^2].Split(' ');
            Assert.Equal(["t", "AUTHENTICATE", mechanism], words[..3]);
            Assert.Equal(4, words.Length);
            Assert.Equal(initial, words[3] == "=" ? [] : Convert.FromBase64String(words[3]));
        });

    [Fact]
    public void Id_carries_its_fields_in_order()
    {
        Assert.True(ImapCommandWriter.TryId(_output, "a1", [new("x-originating-ip", "192.0.2.7"), new("x\"y", null)]));
        Assert.True(ImapCommandWriter.TryId(_output, "a2", []));
        Assert.Equal("a1 ID (\"x-originating-ip\" \"192.0.2.7\" \"x\\\"y\" NIL)\r\na2 ID NIL\r\n", Written);
    }

    [Fact]
    public void Id_keeps_to_the_limits_of_its_RFC()
    {
        Assert.False(ImapCommandWriter.TryId(_output, "a1", [new(new string('k', 31), "v")]));
        Assert.False(ImapCommandWriter.TryId(_output, "a1", [new("k", new string('v', 1025))]));
        Assert.False(ImapCommandWriter.TryId(_output, "a1", [.. Enumerable.Repeat(new KeyValuePair<string, string?>("k", "v"), 31)]));
        Assert.Equal(0, _output.WrittenCount);
        Assert.True(ImapCommandWriter.TryId(_output, "a1", [.. Enumerable.Repeat(new KeyValuePair<string, string?>(new string('k', 30), "v"), 30)]));
    }

    [Fact]
    public void What_id_writes_reads_back_as_the_input_or_nothing_is_written() =>
        Check.Sample(Gen.Select(Gen.String, Gen.OneOf(Gen.String, Gen.Const((string?)null).Select(value => value!))), (key, value) =>
        {
            var output = new ArrayBufferWriter<byte>();
            if (!ImapCommandWriter.TryId(output, "t", [new(key, value)]))
            {
                Assert.Equal(0, output.WrittenCount);
                return;
            }
            var rest = Encoding.Latin1.GetString(output.WrittenSpan)["t ID (".Length..];
            Assert.Equal(key, Unquote(ref rest));
            Assert.Equal(' ', rest[0]);
            rest = rest[1..];
            if (value is null)
                rest = rest["NIL".Length..];
            else
                Assert.Equal(value, Unquote(ref rest));
            Assert.Equal(")\r\n", rest);
        });

    static string Unquote(ref string rest)
    {
        Assert.Equal('"', rest[0]);
        var value = new StringBuilder();
        var i = 1;
        for (; rest[i] != '"'; i++)
            value.Append(rest[i] == '\\' ? rest[++i] : rest[i]);
        rest = rest[(i + 1)..];
        return value.ToString();
    }
}
