using System.Text;
using MimeKit;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;
using static Posthouse.Tests.Reports.ReportUnderTest;

namespace Posthouse.Tests.Reports;

public sealed class ReportTests
{
    [Fact]
    public async Task A_failure_is_told_in_words_and_in_fields_with_the_head_of_the_message()
    {
        var report = await new ReportUnderTest
        {
            Mail = new MailCommand { ReversePath = Letters.Mailbox("ann@example.org"), EnvelopeId = "a+b=c d" },
            Recipients = [Letters.Recipient("TO:<bob@example.net> ORCPT=rfc822;Bob+2BX@example.net")],
        }.ReadAsync(ReportKind.Failed, Refused());

        Assert.Null(report.Own.Envelope.Mail.ReversePath);
        Assert.Equal(("ann@example.org", false, BodyKind.SevenBit),
            (Assert.Single(report.Own.Envelope.Recipients).Mailbox.ToString(), report.Own.Envelope.Mail.SmtpUtf8, report.Own.Envelope.Mail.Body));
        Assert.Equal("MAILER-DAEMON@gateway.example.org", Assert.Single(report.Message.From.Mailboxes).Address);
        Assert.Equal("ann@example.org", Assert.Single(report.Message.To.Mailboxes).Address);
        Assert.Equal(("auto-replied", Letters.Now), (report.Message.Headers[HeaderId.AutoSubmitted], report.Message.Date));
        Assert.EndsWith("@gateway.example.org", report.Message.MessageId, StringComparison.Ordinal);
        Assert.Contains("could not be delivered to:\r\n\r\n  <bob@example.net>\r\n    The next mail server answered: 550 5.1.1 no such user", report.Notice.ReplaceLineEndings("\r\n"), StringComparison.Ordinal);

        Assert.Equal("dns; gateway.example.org", report.Field(0, "Reporting-MTA"));
        Assert.Equal("a+b=c d", report.Field(0, "Original-Envelope-Id"));
        Assert.Equal("Mon, 23 Nov 2026 07:00:00 +0000", report.Field(0, "Arrival-Date"));
        Assert.Equal("rfc822;Bob+X@example.net", report.Field(1, "Original-Recipient"));
        Assert.Equal("rfc822; bob@example.net", report.Field(1, "Final-Recipient"));
        Assert.Equal(("failed", "5.1.1"), (report.Field(1, "Action"), report.Field(1, "Status")));
        Assert.Equal("x-posthouse-hop; lmtp", report.Field(1, "Remote-MTA"));
        Assert.Equal("smtp; 550 5.1.1 no such user", report.Field(1, "Diagnostic-Code"));
        Assert.Equal("Mon, 23 Nov 2026 08:00:00 +0000", report.Field(1, "Last-Attempt-Date"));
        Assert.Null(report.Field(1, "Will-Retry-Until"));
        Assert.Equal("text/rfc822-headers", report.Original!.ContentType.MimeType);
        Assert.Contains("Subject: lunch\r\n", Encoding.ASCII.GetString(report.OriginalOctets()), StringComparison.Ordinal);
        Assert.DoesNotContain("At noon?", Encoding.ASCII.GetString(report.Own.Octets), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_from_nobody_is_never_reported() =>
        Assert.Empty(await new ReportUnderTest { Mail = new MailCommand { ReversePath = null } }.MakeAsync(ReportKind.Failed, Refused()));

    [Theory]
    [InlineData("", 0, true)]
    [InlineData("", 1, true)]
    [InlineData("", 2, false)]
    [InlineData("NEVER", 0, false)]
    [InlineData("NEVER", 1, false)]
    [InlineData("NEVER", 2, false)]
    [InlineData("FAILURE", 0, true)]
    [InlineData("FAILURE", 1, false)]
    [InlineData("SUCCESS", 0, false)]
    [InlineData("SUCCESS,DELAY", 1, true)]
    [InlineData("SUCCESS,DELAY", 2, true)]
    [InlineData("DELAY", 2, false)]
    public async Task NOTIFY_decides_what_is_told(string notify, int kind, bool isTold)
    {
        var recipient = Letters.Recipient("TO:<bob@example.net>" + (notify.Length > 0 ? " NOTIFY=" + notify : ""));
        var reports = await new ReportUnderTest { Recipients = [recipient] }.MakeAsync((ReportKind)kind, kind == 2 ? Taken(Handover.Final) : Refused());
        Assert.Equal(isTold ? 1 : 0, reports.Count);
    }

    [Theory]
    [InlineData(Handover.Final, "delivered", "was delivered to:")]
    [InlineData(Handover.Relayed, "relayed", "was handed on to a server that does not tell of delivery, for:")]
    public async Task Success_says_whether_a_mailbox_has_it(Handover handover, string action, string words)
    {
        var report = await new ReportUnderTest { Recipients = [Letters.Recipient("TO:<bob@example.net> NOTIFY=SUCCESS")] }.ReadAsync(ReportKind.Delivered, Taken(handover));
        Assert.Equal((action, "2.0.0"), (report.Field(1, "Action"), report.Field(1, "Status")));
        Assert.Contains(words, report.Notice, StringComparison.Ordinal);
        Assert.Equal(handover == Handover.Final ? "Your message was delivered" : "Your message was handed on", report.Message.Subject);
    }

    [Fact]
    public async Task Success_at_a_host_that_offers_DSN_is_its_own_to_tell() =>
        Assert.Empty(await new ReportUnderTest { Recipients = [Letters.Recipient("TO:<bob@example.net> NOTIFY=SUCCESS")] }
            .MakeAsync(ReportKind.Delivered, Taken(Handover.PassedOn)));

    [Fact]
    public async Task Recipients_that_fail_together_share_a_report_and_those_that_want_none_are_not_in_it()
    {
        var report = await new ReportUnderTest
        {
            Recipients = [Letters.Recipient("TO:<bob@example.net>"), Letters.Recipient("TO:<joe@example.net> NOTIFY=NEVER"), Letters.Recipient("TO:<eve@example.net>")],
        }.ReadAsync(ReportKind.Failed, Refused());
        Assert.Equal(["rfc822; bob@example.net", "rfc822; eve@example.net"], report.Status.StatusGroups.Skip(1).Select(static group => group["Final-Recipient"]));
    }

    [Fact]
    public async Task A_delay_says_until_when_it_is_tried_and_asks_nobody_to_send_again()
    {
        var report = await new ReportUnderTest().ReadAsync(ReportKind.Delayed,
            new Outcome(Disposition.Temporary, Blame.Transport, new Reply(451, new EnhancedCode(4, 4, 1), "connect to 10.0.0.7:24: refused")));
        Assert.Equal(("delayed", "4.4.1"), (report.Field(1, "Action"), report.Field(1, "Status")));
        Assert.Equal("Sat, 28 Nov 2026 08:00:00 +0000", report.Field(1, "Will-Retry-Until"));
        Assert.Contains("You need not do anything", report.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_names_a_machine_inside_does_not_leave_the_house()
    {
        var ours = await new ReportUnderTest().ReadAsync(ReportKind.Failed,
            new Outcome(Disposition.Temporary, Blame.Transport, new Reply(451, new EnhancedCode(4, 4, 1), "connect to 10.0.0.7:24: refused")), hasExpired: true);
        Assert.DoesNotContain("10.0.0.7", Encoding.ASCII.GetString(ours.Own.Octets), StringComparison.Ordinal);
        Assert.Equal(("4.4.7", "x-posthouse; The next mail server cannot be reached, or takes no mail at this time.", null),
            (ours.Field(1, "Status"), ours.Field(1, "Diagnostic-Code"), ours.Field(1, "Remote-MTA")));
        Assert.Contains("The next mail server", ours.Notice, StringComparison.Ordinal);
        var hosts = await new ReportUnderTest().ReadAsync(ReportKind.Failed, Refused("<bob@example.net> unknown at mail3.inside.example [10.0.0.7]"));
        Assert.Equal("smtp; 550 5.1.1 <bob@example.net> unknown at", hosts.Field(1, "Diagnostic-Code"));
    }

    [Fact]
    public async Task The_words_of_a_public_host_stay_whole()
    {
        var report = await new ReportUnderTest { Hop = "mx/example.net" }.ReadAsync(
            ReportKind.Failed, Refused("see https://mail.example.net/why") with { Exchanger = "mx1.example.net" });
        Assert.Equal(("smtp; 550 5.1.1 see https://mail.example.net/why", "dns; mx1.example.net"), (report.Field(1, "Diagnostic-Code"), report.Field(1, "Remote-MTA")));
        Assert.Contains("The mail server mx1.example.net answered: 550", report.Notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(550, 1, 2, "there is no domain example.net", null, "There is no domain example.net.")]
    [InlineData(552, 3, 4, "The message has 20 octets and the host takes 10", "mx1.example.net", "The message has 20 octets and the host takes 10.")]
    public async Task What_no_host_has_said_is_told_as_ours(int code, int subject, int detail, string text, string? exchanger, string words)
    {
        var refusal = new Outcome(Disposition.Permanent, Blame.Host, new Reply(code, new EnhancedCode(5, (byte)subject, (byte)detail), text)) { Exchanger = exchanger };
        var report = await new ReportUnderTest { Hop = "mx/example.net" }.ReadAsync(ReportKind.Failed, refusal);
        Assert.Equal(($"x-posthouse; {words}", null, $"5.{subject}.{detail}"), (report.Field(1, "Diagnostic-Code"), report.Field(1, "Remote-MTA"), report.Field(1, "Status")));
        Assert.Contains($"\r\n    {words}\r\n", report.Notice.ReplaceLineEndings("\r\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("answered", report.Notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mx1.example.net", "smtp; 421 4.7.0 come back, mx1.example.net is busy", "dns; mx1.example.net", "4.7.0")]
    [InlineData(null, "x-posthouse; The next mail server cannot be reached, or takes no mail at this time.", null, "4.4.1")]
    public async Task A_public_host_that_turns_the_connection_away_is_quoted_and_ours_is_not(string? exchanger, string diagnostic, string? host, string status)
    {
        var outcome = new Outcome(Disposition.Temporary, Blame.Transport, new Reply(451, new EnhancedCode(4, 4, 1), "greeting: 421 4.7.0 come back"))
        {
            HostReply = new Reply(421, new EnhancedCode(4, 7, 0), "come back, mx1.example.net is busy"),
            Exchanger = exchanger,
        };
        var report = await new ReportUnderTest().ReadAsync(ReportKind.Delayed, outcome);
        Assert.Equal((diagnostic, host, status), (report.Field(1, "Diagnostic-Code"), report.Field(1, "Remote-MTA"), report.Field(1, "Status")));
    }

    [Fact]
    public async Task What_was_no_attempt_has_no_date_of_one()
    {
        var waited = new Outcome(Disposition.Temporary, Blame.Transport, new Reply(451, new EnhancedCode(4, 4, 1), "down")) { IsUntried = true };
        Assert.NotNull((await new ReportUnderTest().ReadAsync(ReportKind.Delayed, waited)).Field(1, "Last-Attempt-Date"));
        Assert.Null((await new ReportUnderTest().ReadAsync(ReportKind.Delayed, waited, isWait: true)).Field(1, "Last-Attempt-Date"));
        Assert.Null((await new ReportUnderTest { Hop = null }.ReadAsync(ReportKind.Delayed, waited)).Field(1, "Last-Attempt-Date"));
    }

    [Fact]
    public async Task The_bare_postmaster_is_the_one_here() =>
        Assert.Equal("rfc822; Postmaster@gateway.example.org",
            (await new ReportUnderTest { Recipients = [Letters.Recipient("TO:<Postmaster>")] }.ReadAsync(ReportKind.Failed, Refused())).Field(1, "Final-Recipient"));

    [Fact]
    public async Task A_failure_says_where_it_may_have_arrived_all_the_same()
    {
        Assert.Contains("may have arrived all the same", (await new ReportUnderTest().ReadAsync(ReportKind.Failed, Refused(), maybeDelivered: true)).Notice, StringComparison.Ordinal);
        Assert.DoesNotContain("may have arrived", (await new ReportUnderTest().ReadAsync(ReportKind.Failed, Refused())).Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_message_says_what_was_last_heard()
    {
        var report = await new ReportUnderTest().ReadAsync(ReportKind.Failed,
            Said(Disposition.Temporary, Blame.Host, new Reply(452, new EnhancedCode(4, 2, 2), "mailbox full")), hasExpired: true);
        Assert.Equal(("failed", "4.4.7", "smtp; 452 4.2.2 mailbox full"), (report.Field(1, "Action"), report.Field(1, "Status"), report.Field(1, "Diagnostic-Code")));
        Assert.Contains("until its time was up", report.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_made_without_the_message_where_the_store_has_lost_it()
    {
        var report = await new ReportUnderTest { Source = new LostBody() }.ReadAsync(ReportKind.Failed, Refused());
        Assert.Null(report.Original);
        Assert.Contains("It will not be tried again.", report.Notice, StringComparison.Ordinal);
        Assert.DoesNotContain("follows", report.Notice, StringComparison.Ordinal);
        Assert.Equal("failed", report.Field(1, "Action"));
    }

    sealed class LostBody : IMessageBody
    {
        public long Length => 10;

        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) => throw new IOException("not whole");
    }
}
