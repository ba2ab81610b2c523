using System.Buffers;
using CsCheck;
using Posthouse.Wire.Addresses;

namespace Posthouse.Tests.Wire;

public class AddressTests
{
    static readonly string Label63 = new('l', 63);

    [Theory]
    [InlineData("a@b", "a", "b", "a@b")]
    [InlineData("A.b@EXAMPLE.Org", "A.b", "example.org", "A.b@example.org")]
    [InlineData("\"user\"@x", "user", "x", "user@x")]
    [InlineData("\"u\\ser\"@x", "user", "x", "user@x")]
    [InlineData("\"a b\"@x", "a b", "x", "\"a b\"@x")]
    [InlineData("\"a@b\"@c", "a@b", "c", "\"a@b\"@c")]
    [InlineData("\"a\\\"\\\\b\"@c", "a\"\\b", "c", "\"a\\\"\\\\b\"@c")]
    [InlineData("\"\"@x", "", "x", "\"\"@x")]
    [InlineData("\"a..b\"@x", "a..b", "x", "\"a..b\"@x")]
    [InlineData("a%b@c", "a%b", "c", "a%b@c")]
    [InlineData("x'/**/UNION@a", "x'/**/UNION", "a", "x'/**/UNION@a")]
    [InlineData("${run{/bin/id}}@x", "${run{/bin/id}}", "x", "${run{/bin/id}}@x")]
    [InlineData("a@[127.0.0.1]", "a", "[127.0.0.1]", "a@[127.0.0.1]")]
    [InlineData("a@[ipv6:2001:DB8:0:0::1]", "a", "[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]")]
    [InlineData("\u00c3\u00bc@x", "ü", "x", "ü@x")]
    [InlineData("a@\u00c3\u009c.x", "a", "ü.x", "a@ü.x")]
    public void A_mailbox_has_one_normal_form(string text, string localPart, string domain, string written)
    {
        Assert.True(Mailbox.TryParse(Cuts.Octets(text), allowUtf8: true, out var mailbox));
        Assert.Equal(localPart, mailbox.LocalPart);
        Assert.Equal(domain, mailbox.Domain);
        Assert.Equal(written, mailbox.ToString());
        Assert.Equal(!(localPart + domain).All(char.IsAscii), mailbox.IsUtf8);
        Assert.True(Mailbox.TryParse(mailbox.ToString(), out var again));
        Assert.Equal(mailbox, again);
    }

    [Theory]
    [InlineData("\"user\"@x", "user@X")]
    [InlineData("a@[IPv6:0:0:0:0:0:0:0:1]", "a@[IPv6:::1]")]
    [InlineData("a@[IPv6:::ffff:1.2.3.4]", "a@[IPv6:::FFFF:102:304]")]
    public void Two_spellings_of_one_mailbox_are_equal(string one, string other)
    {
        Assert.True(Mailbox.TryParse(one, out var first));
        Assert.True(Mailbox.TryParse(other, out var second));
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    [Fact]
    public void The_case_of_a_local_part_is_its_own()
    {
        Assert.True(Mailbox.TryParse("A@x", out var upper));
        Assert.True(Mailbox.TryParse("a@x", out var lower));
        Assert.NotEqual(upper, lower);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("@x")]
    [InlineData("a@")]
    [InlineData("a@b@c")]
    [InlineData("a..b@x")]
    [InlineData(".a@x")]
    [InlineData("a.@x")]
    [InlineData("a b@x")]
    [InlineData("a(b)@x")]
    [InlineData("\"u@x")]
    [InlineData("u\"ser@x")]
    [InlineData("\"a\"b@x")]
    [InlineData("\"a\"")]
    [InlineData("\"a\\")]
    [InlineData("\"a\\\r\nb\"@x")]
    [InlineData("\"\\\0\"@x")]
    [InlineData("\"a\tb\"@x")]
    [InlineData("\"a\u007fb\"@x")]
    [InlineData("\"a\\\u007fb\"@x")]
    [InlineData("a\0b@x")]
    [InlineData("a@b.")]
    [InlineData("a@.b")]
    [InlineData("a@-b.c")]
    [InlineData("a@b-.c")]
    [InlineData("a@b_c")]
    [InlineData("a@b..c")]
    [InlineData("a@b c")]
    [InlineData("a@xn---")]
    [InlineData("a@x\r\n")]
    [InlineData("a@[010.0.0.1]")]
    [InlineData("a@[0x7f.0.0.1]")]
    [InlineData("a@[1.2.3]")]
    [InlineData("a@[1.2.3.4.5]")]
    [InlineData("a@[1.2.3.256]")]
    [InlineData("a@[1.2.3.4")]
    [InlineData("a@[")]
    [InlineData("a@[]")]
    [InlineData("a@[tag:x]")]
    [InlineData("a@[IPv6:::ffff:1.2.3]")]
    [InlineData("a@[IPv6:1:2:3]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7:8:9]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7:1.2.3.4]")]
    [InlineData("a@[IPv6:1::2::3]")]
    [InlineData("a@[IPv6::::1]")]
    [InlineData("a@[IPv6:1:2:3:4::5:6:7:8]")]
    [InlineData("a@[IPv6:::1%lo]")]
    [InlineData("a@[IPv6:12345::]")]
    [InlineData("a@[IPv6:]")]
    [InlineData("a\u00c3@x")] // cut UTF-8
    [InlineData("a@\u00c3")]
    [InlineData("a@\u00ef\u00bd\u0085x")] // full-width e
    [InlineData("a@b\u00e3\u0080\u0082c")] // ideographic full stop
    [InlineData("a@\u00e2\u0084\u00aa")] // KELVIN SIGN, lower case k
    [InlineData("a@e\u00cc\u0081")] // e and a combining acute
    [InlineData("a\u00c2\u0085b@x")] // NEL
    public void What_is_not_a_mailbox_is_refused(string text) =>
        Assert.False(Mailbox.TryParse(Cuts.Octets(text), allowUtf8: true, out _));

    [Theory]
    [InlineData("\u00c3\u00bc@x")]
    [InlineData("a@\u00c3\u00bc")]
    [InlineData("\"\u00c3\u00bc\"@x")]
    public void UTF8_needs_leave(string text) => Assert.False(Mailbox.TryParse(Cuts.Octets(text), allowUtf8: false, out _));

    [Fact]
    public void A_lone_surrogate_is_no_mailbox() => Assert.False(Mailbox.TryParse("a\ud800@x", out _));

    [Fact]
    public void Lengths_are_held_to_the_octet()
    {
        Assert.True(Parses($"{new string('a', 64)}@x"));
        Assert.False(Parses($"{new string('a', 65)}@x"));
        Assert.False(Parses($"\"{new string('a', 65)}\"@x"));
        Assert.True(Parses($"a@{Label63}.x"));
        Assert.False(Parses($"a@{Label63}l.x"));
        var domain = $"{Label63}.{Label63}.{Label63}.";
        Assert.True(Parses($"a@{domain}{new string('d', 60)}")); // 254 octets: a path of 256
        Assert.False(Parses($"a@{domain}{new string('d', 61)}"));
        Assert.False(Parses($"a@{new string('d', 100_000)}"));

        static bool Parses(string text) => Mailbox.TryParse(Cuts.Octets(text), allowUtf8: false, out _);
    }

    [Theory]
    [InlineData("<>", "", 2)]
    [InlineData("<> BODY=7BIT", "", 2)]
    [InlineData("<a@b> SIZE=1", "a@b", 5)]
    [InlineData("<a@b>x", "a@b", 5)]
    [InlineData("<@r1,@r2:u@d>", "u@d", 13)]
    [InlineData("<\"a>b\"@x>", "\"a>b\"@x", 9)]
    [InlineData("<a@[IPv6:::1]>", "a@[IPv6:::1]", 14)]
    public void A_path_is_read_up_to_its_bracket(string text, string written, int length)
    {
        Assert.True(MailPath.TryRead(Cuts.Octets(text), allowUtf8: false, out var mailbox, out var consumed));
        Assert.Equal(written, mailbox?.ToString() ?? "");
        Assert.Equal(length, consumed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<")]
    [InlineData("a@b")]
    [InlineData(" <a@b>")]
    [InlineData("<a@b")]
    [InlineData("<<a@b>>")]
    [InlineData("< a@b>")]
    [InlineData("<a@b >")]
    [InlineData("<@r1:>")]
    [InlineData("<@r1,u@d>")]
    [InlineData("<@r1,:u@d>")]
    [InlineData("<@:u@d>")]
    [InlineData("<@r_1:u@d>")]
    [InlineData("<user>")]
    [InlineData("<\">\"")]
    public void What_is_not_a_path_is_refused(string text) =>
        Assert.False(MailPath.TryRead(Cuts.Octets(text), allowUtf8: false, out _, out _));

    [Fact]
    public void A_path_holds_256_octets()
    {
        var route = $"@{Label63}.{Label63}.{Label63}.";
        Assert.True(MailPath.TryRead(Cuts.Octets($"<{route}{new string('r', 57)}:a@b>"), allowUtf8: false, out _, out var consumed));
        Assert.Equal(256, consumed);
        Assert.False(MailPath.TryRead(Cuts.Octets($"<{route}{new string('r', 58)}:a@b>"), allowUtf8: false, out _, out _));
    }

    [Theory]
    [InlineData("Mail.Example.ORG", "mail.example.org", true)]
    [InlineData("localhost", "localhost", false)]
    [InlineData("[192.0.2.1]", "[192.0.2.1]", true)]
    [InlineData("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]", true)]
    [InlineData("MY_PC", "my_pc", false)]
    [InlineData("_my_pc_.Example.org", "_my_pc_.example.org", true)]
    public void A_hello_name_is_a_domain_or_a_literal(string text, string name, bool isFullyQualified)
    {
        Assert.True(HelloName.TryParse(Cuts.Octets(text), out var parsed));
        Assert.Equal(name, parsed);
        Assert.Equal(isFullyQualified, HelloName.IsFullyQualified(parsed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[010.0.0.1]")]
    [InlineData("[0x7f.1]")]
    [InlineData("[1]")]
    [InlineData("[IPv6:::1%lo]")]
    [InlineData("[IPv6:1:2:3]")]
    [InlineData("[x:y]")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\tb")]
    [InlineData("a b")]
    [InlineData("\u00c3\u00bc")]
    public void What_is_not_a_hello_name_is_refused(string text) => Assert.False(HelloName.TryParse(Cuts.Octets(text), out _));

    [Fact]
    public void An_underscore_in_a_domain_is_for_hello_names_alone()
    {
        Assert.False(Mailbox.TryParse("jane@my_pc.example.org", out _));
        Assert.False(MailPath.TryRead("<@my_pc.example.org:jane@example.org>"u8, allowUtf8: true, out _, out _));
        Assert.False(HelloName.TryParse("my_pc.\u00fc"u8, out _));
    }

    [Fact]
    public void A_hello_name_holds_255_octets()
    {
        var labels = $"{Label63}.{Label63}.{Label63}.";
        Assert.True(HelloName.TryParse(Cuts.Octets(labels + Label63), out _));
        Assert.False(HelloName.TryParse(Cuts.Octets(labels + Label63[1..] + ".x"), out _));
    }

    [Fact]
    public void Whatever_is_read_is_written_without_controls_and_read_again_as_the_same() =>
        Pick.From("a", "b.", "@", "\"", "\\", "\r", "\n", "\0", " ", "<", ">", ".", "x-", "[1.2.3.4]", "[IPv6:::", "\u00c3\u00bc", "\u00c3", "A")
            .Array[1, 9].Sample(parts =>
            {
                var text = Cuts.Octets(string.Concat(parts));
                if (!Mailbox.TryParse(text, allowUtf8: true, out var mailbox))
                    return;
                var output = new ArrayBufferWriter<byte>();
                mailbox.WriteTo(output);
                Assert.Equal(-1, output.WrittenSpan.IndexOfAnyInRange((byte)0, (byte)0x1F));
                Assert.True(Mailbox.TryParse(output.WrittenSpan, allowUtf8: mailbox.IsUtf8, out var again));
                Assert.Equal(mailbox, again);
            }, iter: 20_000);
}
