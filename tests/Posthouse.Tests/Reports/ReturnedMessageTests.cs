using System.Buffers;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;
using static Posthouse.Tests.Reports.ReportUnderTest;

namespace Posthouse.Tests.Reports;

/// <summary>What a report returns of the message, and in which lines.</summary>
public sealed class ReturnedMessageTests
{
    [Fact]
    public async Task RET_FULL_returns_a_failed_message_octet_by_octet()
    {
        var report = await ReturnAsync("Subject: x\r\n\r\n.dot\r\n\r\nend  \r\n");
        Assert.Equal("message/rfc822", report.Original!.ContentType.MimeType);
        Assert.Contains("again. What you sent follows, or", report.Notice, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nSubject: x\r\n\r\n.dot\r\n\r\nend  \r\n", Encoding.ASCII.GetString(report.Own.Octets), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_requires_TLS_is_never_returned_whole_and_its_report_asks_for_TLS_too()
    {
        var report = await new ReportUnderTest { Mail = Full() with { RequireTls = true } }.ReadAsync(ReportKind.Failed, Refused());
        Assert.Equal("text/rfc822-headers", report.Original!.ContentType.MimeType);
        Assert.True(report.Own.Envelope.Mail.RequireTls);
        Assert.False((await new ReportUnderTest { Mail = Full() }.ReadAsync(ReportKind.Failed, Refused())).Own.Envelope.Mail.RequireTls);
    }

    [Fact]
    public async Task A_delay_returns_the_head_alone_whatever_RET_says()
    {
        var report = await new ReportUnderTest { Mail = Full() }.ReadAsync(ReportKind.Delayed, Refused());
        Assert.Equal("text/rfc822-headers", report.Original!.ContentType.MimeType);
    }

    [Fact]
    public async Task A_large_message_or_one_with_long_lines_returns_its_head_alone()
    {
        foreach (var body in (string[])[new string('x', 2000), string.Concat(Enumerable.Repeat("0123456789abcde\r\n", OriginalMessage.MaxWhole / 16))])
        {
            var report = await ReturnAsync($"Subject: x\r\n\r\n{body}\r\n");
            Assert.Equal("text/rfc822-headers", report.Original!.ContentType.MimeType);
            Assert.Equal("Subject: x\r\n", Encoding.ASCII.GetString(report.OriginalOctets()));
        }
    }

    [Fact]
    public async Task An_8_bit_message_comes_back_as_it_was_and_asks_for_8BITMIME()
    {
        var report = await ReturnAsync("Subject: x\r\n\r\nGr\u00fc\u00dfe\r\n");
        Assert.Equal(BodyKind.EightBit, report.Own.Envelope.Mail.Body);
        Assert.Contains("\r\n\r\nGr\u00fc\u00dfe\r\n", Encoding.UTF8.GetString(report.Own.Octets), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 6, 1, true)]
    [InlineData(5, 1, 1, false)]
    public async Task A_report_that_failed_for_its_8_bits_goes_with_the_head_alone(int statusClass, int subject, int detail, bool isReplaced)
    {
        var report = await ReturnAsync("Subject: x\r\nTo: \u00fc\r\n\r\n--not a delimiter\r\nGr\u00fc\u00dfe\r\n");
        var queued = new QueuedMessage(new MessageKey(2), report.Own.Envelope, new MemoryBody(report.Own.Octets));
        var refusal = new Outcome(Disposition.Permanent, Blame.Host, new Reply(554, new EnhancedCode((byte)statusClass, (byte)subject, (byte)detail), "no"));
        var desk = new ReportDesk(() => "gateway.example.org", new FakeTimeProvider(Letters.Now));

        var instead = await desk.MakeAsync(queued, "lmtp", [new Reportable(0, refusal, ReportKind.Failed)]);

        Assert.Equal(isReplaced ? 1 : 0, instead.Count);
        if (!isReplaced)
            return;
        var reduced = ReadReport.Of(instead[0]);
        Assert.Equal((null, BodyKind.SevenBit, "ann@example.org"), (reduced.Own.Envelope.Mail.ReversePath, reduced.Own.Envelope.Mail.Body, reduced.Own.Envelope.Recipients[0].Mailbox.ToString()));
        Assert.True(Ascii.IsValid(reduced.Own.Octets));
        Assert.Equal("text/rfc822-headers", reduced.Original!.ContentType.MimeType);
        Assert.Equal("Subject: x\r\nTo: \u00fc\r\n", Encoding.UTF8.GetString(reduced.OriginalOctets()));
        Assert.Equal((report.Notice, report.Field(1, "Final-Recipient")), (reduced.Notice, reduced.Field(1, "Final-Recipient")));
        var again = new QueuedMessage(new MessageKey(3), reduced.Own.Envelope, new MemoryBody(reduced.Own.Octets));
        Assert.Empty(await desk.MakeAsync(again, "lmtp", [new Reportable(0, refusal, ReportKind.Failed)]));
    }

    [Theory]
    [InlineData("Subject: Gr\u00fc\u00dfe \r\nX: =3D\r\n")]
    [InlineData("Subject: long\r\nReferences: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\u00e9\r\n")]
    public async Task Headers_that_are_no_7_bit_lines_are_encoded_and_read_back_the_same(string header)
    {
        var report = await new ReportUnderTest { Body = Encoding.UTF8.GetBytes(header + "\r\nhi\r\n") }.ReadAsync(ReportKind.Failed, Refused());
        Assert.Equal(BodyKind.SevenBit, report.Own.Envelope.Mail.Body);
        Assert.True(Ascii.IsValid(report.Own.Octets));
        Assert.Equal(header, Encoding.UTF8.GetString(report.OriginalOctets()));
    }

    [Fact]
    public async Task A_header_section_without_end_is_returned_as_far_as_it_may_be()
    {
        var report = await new ReportUnderTest { Body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("X-Line: 0123456789\r\n", 10_000))) }.ReadAsync(ReportKind.Failed, Refused());
        var returned = Encoding.ASCII.GetString(report.OriginalOctets());
        Assert.InRange(returned.Length, OriginalMessage.MaxHeader - 40, OriginalMessage.MaxHeader);
        Assert.EndsWith("9\r\n", returned, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_UTF_8_makes_the_parts_international_and_the_report_stays_7_bit()
    {
        var report = await new ReportUnderTest
        {
            Mail = new MailCommand { ReversePath = Letters.Mailbox("ann@example.org"), SmtpUtf8 = true },
            Recipients = [Letters.Recipient("TO:<b\u00f6b@example.net> ORCPT=utf-8;b\u00f6b@example.net")],
            Body = Encoding.UTF8.GetBytes("To: b\u00f6b@example.net\r\n\r\nhi\r\n"),
        }.ReadAsync(ReportKind.Failed, Refused());
        Assert.Equal("message/global-delivery-status", report.Status.ContentType.MimeType);
        Assert.Equal("message/global-headers", report.Original!.ContentType.MimeType);
        Assert.True(Ascii.IsValid(report.Own.Octets));
        Assert.False(report.Own.Envelope.Mail.SmtpUtf8);
        Assert.Contains("<b\u00f6b@example.net>", report.Notice, StringComparison.Ordinal);
        var status = Encoding.ASCII.GetString(report.Own.Octets);
        Assert.Contains("Final-Recipient: utf-8; b=C3=B6b@example.net", status, StringComparison.Ordinal);
        Assert.Contains("Original-Recipient: utf-8;b=C3=B6b@example.net", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sender_in_UTF_8_is_told_under_SMTPUTF8()
    {
        var own = Assert.Single(await new ReportUnderTest { Mail = new MailCommand { ReversePath = Letters.Mailbox("\u00e4nn@example.org"), SmtpUtf8 = true } }.MakeAsync(ReportKind.Failed, Refused()));
        Assert.True(own.Envelope.Mail.SmtpUtf8);
        Assert.Contains("To: <\u00e4nn@example.org>\r\n", Encoding.UTF8.GetString(own.Octets), StringComparison.Ordinal);
    }

    [Fact]
    public void Quoted_printable_reads_back_the_same_in_lines_of_76() =>
        Gen.Byte.Array[0, 400].Select(static octets => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(octets).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n"))
            .Sample(static text =>
            {
                var encoded = new ArrayBufferWriter<byte>();
                QuotedPrintable.Encode(text, encoded);
                Assert.All(Encoding.ASCII.GetString(encoded.WrittenSpan).Split("\r\n"), static line => Assert.InRange(line.Length, 0, 76));
                using var decoded = new MemoryStream();
                using var source = new MemoryStream(encoded.WrittenSpan.ToArray());
                new MimeContent(source, ContentEncoding.QuotedPrintable).DecodeTo(decoded, TestContext.Current.CancellationToken);
                return decoded.ToArray().AsSpan().SequenceEqual(text);
            });

    static MailCommand Full() => new() { ReversePath = Letters.Mailbox("ann@example.org"), Return = DsnReturn.Full, Body = BodyKind.EightBit };

    static Task<ReadReport> ReturnAsync(string letter) => new ReportUnderTest { Mail = Full(), Body = Encoding.UTF8.GetBytes(letter) }.ReadAsync(ReportKind.Failed, Refused());
}
