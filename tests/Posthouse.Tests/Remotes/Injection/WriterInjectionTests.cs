using System.Buffers;
using System.Text;
using CsCheck;
using Posthouse.Tests.Wire;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Imap;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes.Injection;

/// <summary>For any argument: a writer writes one line, which an independent parser reads back as exactly the argument, or nothing.</summary>
public class WriterInjectionTests
{
    [Fact]
    public void What_a_writer_writes_reads_back_as_the_argument_or_is_not_written() => Run(Played.Cases);

    [Fact(Explicit = true)]
    public void What_a_writer_writes_a_million_times_reads_back_as_the_argument_or_is_not_written() => Run(Played.NightlyCases);

    static void Run(int cases) => Gen.Select(HostileValues.Text, HostileValues.Octets, HostileValues.Mailboxes, Gen.Bool, Pick.From("rfc822", "utf-8", "x400", "a b", ""))
        .Sample((text, octets, mailbox, utf8, type) =>
        {
            if (Line(output => SmtpCommandWriter.TryMail(output, new MailCommand { ReversePath = mailbox, EnvelopeId = text, SmtpUtf8 = utf8 }, utf8)) is { } mail)
                Assert.Equal($"MAIL FROM:{Path()}{(utf8 ? " SMTPUTF8" : "")} ENVID={StrictSink.Hex(text)}", SinkPath.Read(mail, "MAIL FROM:"));
            if (Line(output => SmtpCommandWriter.TryRcpt(output, new RcptCommand { Mailbox = mailbox, OriginalRecipient = $"{type};{text}" }, utf8)) is { } rcpt)
                Assert.Equal($"RCPT TO:{Path()} ORCPT={StrictSink.Hex($"{type};{text}")}", SinkPath.Read(rcpt, "RCPT TO:"));
            if (Line(output => SmtpCommandWriter.TryQuery(output, SmtpVerb.Vrfy, text, utf8: false)) is { } query)
                Assert.Equal($"VRFY {text}", Encoding.ASCII.GetString(query));
            if (Line(output => SmtpCommandWriter.TryHello(output, SmtpVerb.Ehlo, text)) is { } hello)
                Assert.Equal($"EHLO {text}", Encoding.ASCII.GetString(hello), ignoreCase: true);
            if (Line(output => SmtpCommandWriter.TryAuth(output, text, octets, hasInitialResponse: true)) is { } auth)
            {
                Assert.Equal($"AUTH {text} ", Encoding.ASCII.GetString(auth, 0, text.Length + 6));
                Assert.Equal(octets, auth[(text.Length + 6)..] is [(byte)'='] ? [] : SinkLine.Base64(auth.AsSpan(text.Length + 6)));
            }
            if (Line(output => SmtpCommandWriter.TrySaslResponse(output, octets)) is { } response)
                Assert.Equal(octets, SinkLine.Base64(response));
            if (Line(output => ImapCommandWriter.TrySaslResponse(output, octets)) is { } imapResponse)
                Assert.Equal(octets, SinkLine.Base64(imapResponse));
            using var credentials = new Credentials(text, octets);
            if (Line(output => ImapCommandWriter.TryLogin(output, "a1", credentials)) is { } login)
                Assert.Equal($" {StrictSink.Hex(text)} {StrictSink.Hex(octets)}", ImapSink.Login(Encoding.ASCII.GetString(login)["a1 LOGIN ".Length..]));

            string Path() => SinkPath.Of(mailbox.LocalPart, mailbox.Domain);
        }, iter: cases);

    /// <summary>The one line without its CRLF; null where nothing was written.</summary>
    static byte[]? Line(Func<IBufferWriter<byte>, bool> write)
    {
        var output = new ArrayBufferWriter<byte>();
        if (!write(output))
        {
            Assert.Equal(0, output.WrittenCount);
            return null;
        }
        Assert.Equal("\r\n"u8, output.WrittenSpan[^2..]);
        var line = output.WrittenSpan[..^2].ToArray();
        Assert.DoesNotContain(line, octet => octet is < 0x20 or 0x7F);
        return line;
    }
}
