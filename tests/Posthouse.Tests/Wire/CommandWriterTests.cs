using System.Buffers;
using System.Text;
using CsCheck;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;

namespace Posthouse.Tests.Wire;

public class CommandWriterTests
{
    const EnvelopeExtensions All = EnvelopeExtensions.Size | EnvelopeExtensions.EightBitMime | EnvelopeExtensions.BinaryMime
        | EnvelopeExtensions.SmtpUtf8 | EnvelopeExtensions.Dsn | EnvelopeExtensions.Auth;

    static readonly Gen<string> Hostile = Pick.From(
        "a", "b@c", "x.y", "\r\n", "\r\nRCPT TO:<v@w>\r\n", "> NOTIFY=NEVER <", "\"", "\\", "\0", " ", "+", "=", ";", "rfc822;", "utf-8;", "ü", "\u0085",
        "\u2028", "\ud800", "+0D+0A", "\\x{0A}", new string('l', 60)).Array[0, 8].Select(parts => string.Concat(parts));

    static readonly Gen<Mailbox?> Mailboxes = Gen.Select(Hostile, Pick.From("x", "Ex.Org", "[1.2.3.4]", "[IPv6:::1]", "ü.x", "", "a_b")).Select((local, domain) =>
    {
        var quoted = $"\"{local.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return Mailbox.TryParse($"{quoted}@{domain}", out var mailbox) ? mailbox : null;
    });

    [Fact]
    public void Verbs_and_greetings_are_written()
    {
        Assert.Equal("QUIT\r\n", Write(output => SmtpCommandWriter.TryVerb(output, SmtpVerb.Quit)));
        Assert.Equal("STARTTLS\r\n", Write(output => SmtpCommandWriter.TryVerb(output, SmtpVerb.StartTls)));
        Assert.Equal("EHLO mail.example.org\r\n", Write(output => SmtpCommandWriter.TryHello(output, SmtpVerb.Ehlo, "Mail.Example.org")));
        Assert.Equal("LHLO [IPv6:::1]\r\n", Write(output => SmtpCommandWriter.TryHello(output, SmtpVerb.Lhlo, "[IPv6:::1]")));
        Assert.Equal("BDAT 0 LAST\r\n", Write(output => SmtpCommandWriter.TryBdat(output, 0, last: true)));
        Assert.Equal("BDAT 9223372036854775807\r\n", Write(output => SmtpCommandWriter.TryBdat(output, long.MaxValue, last: false)));
        Assert.Null(Write(output => SmtpCommandWriter.TryBdat(output, -1, last: false)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nMAIL FROM:<>")]
    [InlineData("a b")]
    [InlineData("ü.x")]
    [InlineData("a_b")]
    [InlineData("[1]")]
    public void A_name_that_is_none_is_not_sent(string name) =>
        Assert.Null(Write(output => SmtpCommandWriter.TryHello(output, SmtpVerb.Ehlo, name)));

    [Fact]
    public void A_verb_of_another_shape_is_a_bug()
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentOutOfRangeException>(() => SmtpCommandWriter.TryVerb(output, SmtpVerb.Mail));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmtpCommandWriter.TryHello(output, SmtpVerb.Quit, "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmtpCommandWriter.TryQuery(output, SmtpVerb.Rcpt, "x", utf8: false));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void An_envelope_is_written_with_what_is_set()
    {
        Assert.True(Mailbox.TryParse("\"a b\"@X", out var mailbox));
        Assert.Equal("MAIL FROM:<>\r\n", Write(output => SmtpCommandWriter.TryMail(output, new() { ReversePath = null }, utf8: false)));
        Assert.Equal("MAIL FROM:<\"a b\"@x> SIZE=5 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb\r\n", Write(output => SmtpCommandWriter.TryMail(output, new()
        {
            ReversePath = mailbox, Size = 5, Body = BodyKind.EightBit, SmtpUtf8 = true, Return = DsnReturn.Headers, EnvelopeId = "a+b",
        }, utf8: true)));
        Assert.Equal("RCPT TO:<\"a b\"@x> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+20y\r\n", Write(output => SmtpCommandWriter.TryRcpt(output, new()
        {
            Mailbox = mailbox, Notify = DsnNotify.Success | DsnNotify.Delay, OriginalRecipient = "rfc822;x y",
        }, utf8: false)));
        Assert.Equal("RCPT TO:<Postmaster>\r\n", Write(output => SmtpCommandWriter.TryRcpt(output, new() { Mailbox = Mailbox.Postmaster }, utf8: false)));
        Assert.Null(Write(output => SmtpCommandWriter.TryMail(output, new() { ReversePath = Mailbox.Postmaster }, utf8: false)));
    }

    [Fact]
    public void UTF8_goes_only_where_both_sides_said_so()
    {
        Assert.True(Mailbox.TryParse("ü@x", out var mailbox));
        Assert.Null(Write(output => SmtpCommandWriter.TryMail(output, new() { ReversePath = mailbox }, utf8: true)));
        Assert.Null(Write(output => SmtpCommandWriter.TryMail(output, new() { ReversePath = mailbox, SmtpUtf8 = true }, utf8: false)));
        Assert.Null(Write(output => SmtpCommandWriter.TryRcpt(output, new() { Mailbox = mailbox }, utf8: false)));
        Assert.Equal("RCPT TO:<ü@x>\r\n", Write(output => SmtpCommandWriter.TryRcpt(output, new() { Mailbox = mailbox }, utf8: true)));
        Assert.Equal("VRFY ü SMTPUTF8\r\n", Write(output => SmtpCommandWriter.TryQuery(output, SmtpVerb.Vrfy, "ü", utf8: true)));
        Assert.Null(Write(output => SmtpCommandWriter.TryQuery(output, SmtpVerb.Vrfy, "ü", utf8: false)));
    }

    [Theory]
    [InlineData("list\r\nMAIL FROM:<>")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    [InlineData("a\tb")]
    [InlineData("a\u0085b")]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a ")]
    public void A_query_carries_one_line_or_nothing(string argument) =>
        Assert.Null(Write(output => SmtpCommandWriter.TryQuery(output, SmtpVerb.Expn, argument, utf8: true)));

    // Not a row of the table above: an attribute cannot hold one.
    [Fact]
    public void A_lone_surrogate_is_not_sent() =>
        Assert.Null(Write(output => SmtpCommandWriter.TryQuery(output, SmtpVerb.Expn, "a\ud800", utf8: true)));

    [Theory]
    [InlineData(2041, true)]
    [InlineData(2042, false)]
    public void A_line_holds_2048_octets(int length, bool isWritten) =>
        Assert.Equal(isWritten, Write(output => SmtpCommandWriter.TryQuery(output, SmtpVerb.Vrfy, new string('x', length), utf8: false)) is not null);

    [Fact]
    public void Credentials_are_written_in_base64()
    {
        Assert.Equal("AUTH PLAIN AHUAcA==\r\n", Write(output => SmtpCommandWriter.TryAuth(output, "PLAIN", "\0u\0p"u8, hasInitialResponse: true)));
        Assert.Equal("AUTH EXTERNAL =\r\n", Write(output => SmtpCommandWriter.TryAuth(output, "EXTERNAL", default, hasInitialResponse: true)));
        Assert.Equal("AUTH LOGIN\r\n", Write(output => SmtpCommandWriter.TryAuth(output, "LOGIN", default, hasInitialResponse: false)));
        Assert.Equal("cA==\r\n", Write(output => SmtpCommandWriter.TrySaslResponse(output, "p"u8)));
        Assert.Equal("\r\n", Write(output => SmtpCommandWriter.TrySaslResponse(output, default)));
        Assert.Equal("*\r\n", Write(output => SmtpCommandWriter.TrySaslResponse(output, "p"u8, cancel: true)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("PLAIN X")]
    [InlineData("PLAIN\r\nQUIT")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTU")]
    public void A_mechanism_that_is_none_is_not_sent(string mechanism) =>
        Assert.Null(Write(output => SmtpCommandWriter.TryAuth(output, mechanism, default, hasInitialResponse: false)));

    [Fact]
    public void Long_credentials_are_held_to_the_RFCs_bounds()
    {
        Assert.Equal(512, Write(output => SmtpCommandWriter.TryAuth(output, "FOUR", new byte[375], hasInitialResponse: true))!.Length);
        Assert.Null(Write(output => SmtpCommandWriter.TryAuth(output, "PLAIN", new byte[375], hasInitialResponse: true)));
        Assert.Equal(12290, Write(output => SmtpCommandWriter.TrySaslResponse(output, new byte[9216]))!.Length);
        Assert.Null(Write(output => SmtpCommandWriter.TrySaslResponse(output, new byte[9217])));
    }

    [Fact]
    public void A_MAIL_reads_back_as_written_or_is_not_written() =>
        Gen.Select(Mailboxes, Gen.Long[-1, long.MaxValue], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 2], Hostile, Gen.Bool).Sample((path, size, body, smtpUtf8, ret, id, utf8) =>
        {
            var command = new MailCommand
            {
                ReversePath = path, Size = size, Body = (BodyKind)body, SmtpUtf8 = smtpUtf8, Return = (DsnReturn)ret, EnvelopeId = id is "a" ? null : id,
            };
            if (OneLine(output => SmtpCommandWriter.TryMail(output, command, utf8)) is not { } line)
                return;
            var read = CommandLine.Parse(line);
            Assert.Equal(SmtpVerb.Mail, read.Verb);
            Assert.True(MailCommand.TryParse(read.Argument, All, out var again, out _));
            Assert.Equal(command, again);
        }, iter: 10_000);

    [Fact]
    public void A_RCPT_reads_back_as_written_or_is_not_written() =>
        Gen.Select(Mailboxes, Gen.Int[0, 15], Hostile, Gen.Bool).Sample((path, notify, original, utf8) =>
        {
            var command = new RcptCommand
            {
                Mailbox = path ?? Mailbox.Postmaster, Notify = (DsnNotify)notify, OriginalRecipient = original is "a" ? null : original,
            };
            if (OneLine(output => SmtpCommandWriter.TryRcpt(output, command, utf8)) is not { } line)
                return;
            var read = CommandLine.Parse(line);
            Assert.Equal(SmtpVerb.Rcpt, read.Verb);
            Assert.True(RcptCommand.TryParse(read.Argument, All, utf8, out var again, out _));
            Assert.Equal(command, again);
        }, iter: 10_000);

    [Fact]
    public void A_query_reads_back_as_written_or_is_not_written() =>
        Gen.Select(Hostile, Gen.Bool).Sample((argument, utf8) =>
        {
            if (OneLine(output => SmtpCommandWriter.TryQuery(output, SmtpVerb.Expn, argument, utf8)) is not { } line)
                return;
            var read = CommandLine.Parse(line);
            Assert.Equal(SmtpVerb.Expn, read.Verb);
            Assert.Equal(argument + (argument.All(char.IsAscii) ? "" : " SMTPUTF8"), Encoding.UTF8.GetString(read.Argument));
        }, iter: 10_000);

    // The line without its CRLF, after making sure that it is the only one; null where nothing was written.
    static byte[]? OneLine(Func<IBufferWriter<byte>, bool> write)
    {
        var output = new ArrayBufferWriter<byte>();
        var isWritten = write(output);
        Assert.Equal(isWritten, output.WrittenCount > 0);
        if (!isWritten)
            return null;
        var line = output.WrittenSpan[..^2];
        Assert.Equal("\r\n"u8, output.WrittenSpan[^2..]);
        Assert.Equal(-1, line.IndexOfAnyInRange((byte)0, (byte)0x1F));
        return line.ToArray();
    }

    static string? Write(Func<IBufferWriter<byte>, bool> write)
    {
        var output = new ArrayBufferWriter<byte>();
        if (write(output))
            return Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Equal(0, output.WrittenCount);
        return null;
    }
}
