using System.Text;
using System.Text.Json;
using MimeKit;
using Posthouse.Integration.Corpus;
using Posthouse.Integration.Gateways;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Reports;

/// <summary>What a sender hears, from the mailbox in which it arrives.</summary>
[Trait("Executable", "Native")]
public class ReportTests(MailServers servers)
{
    const string Lists = """accepted = ["ghost@example.org", "late@example.org", "jane@example.org", "bob@example.org"]""";

    [Fact]
    public async Task A_recipient_that_Dovecot_refuses_brings_a_report_into_the_senders_mailbox()
    {
        var dovecot = await servers.DovecotAsync();
        await using var gateway = await GatewayProcess.StartAsync(DovecotGateway.Config(dovecot) with { Recipients = "list/accepted", Lists = Lists });
        var message = TestMessage.Hostile("report");
        await using (var client = await gateway.ConnectAsync())
        {
            await client.StartTlsAsync();
            await client.SayAsync($"MAIL FROM:<{Account.Jane.Mailbox}> BODY=8BITMIME ENVID=abc+2B1");
            await client.SayAsync("RCPT TO:<ghost@example.org> ORCPT=rfc822;spectre@example.org");
            await client.SayAsync($"RCPT TO:<{Account.Bob.Mailbox}> NOTIFY=SUCCESS");
            Assert.StartsWith("250", (await client.DataAsync(message.Bytes)).ToString(), StringComparison.Ordinal);
        }

        var failed = await ReportAsync(dovecot, "failed", message.Mark);
        Assert.Equal("abc+1", failed.StatusGroups[0]["Original-Envelope-Id"]);
        Assert.Equal("rfc822; ghost@example.org", failed.StatusGroups[1]["Final-Recipient"]);
        Assert.Equal("rfc822;spectre@example.org", failed.StatusGroups[1]["Original-Recipient"]);
        Assert.Equal("5.1.1", failed.StatusGroups[1]["Status"]);
        Assert.StartsWith("smtp; 550 5.1.1", failed.StatusGroups[1]["Diagnostic-Code"], StringComparison.Ordinal);
        var delivered = await ReportAsync(dovecot, "delivered", message.Mark);
        Assert.Equal($"rfc822; {Account.Bob.Mailbox}", delivered.StatusGroups[1]["Final-Recipient"]);
    }

    [Fact]
    public async Task A_host_that_is_down_brings_a_delay_notice_and_a_cancel_a_failure()
    {
        var dovecot = await servers.DovecotAsync();
        var dead = new RemoteText("dead", "lmtp", LoopbackPort.Take());
        var config = DovecotGateway.Config(dovecot);
        await using var gateway = await GatewayProcess.StartAsync(config with
        {
            Remotes = config.Remotes + dead,
            Recipients = "list/accepted",
            Lists = Lists,
            FirstRoutes = """{ if = "rcpt", eq = "late@example.org", then = "dead" },""",
            Notify = """["1s"]""",
        });
        var message = TestMessage.Hostile("late");
        await using (var client = await gateway.ConnectAsync())
        {
            await client.StartTlsAsync();
            await client.SendAsync(Account.Jane.Mailbox, "late@example.org", message.Bytes, " BODY=8BITMIME");
        }

        var delayed = await ReportAsync(dovecot, "delayed", message.Mark);
        Assert.Equal("4.4.1", delayed.StatusGroups[1]["Status"]);
        Assert.NotNull(delayed.StatusGroups[1]["Will-Retry-Until"]);

        var (exitCode, listed) = await gateway.QueueAsync("list", "--json");
        Assert.Equal(0, exitCode);
        using var entries = JsonDocument.Parse(listed);
        var id = Assert.Single(entries.RootElement.EnumerateArray()).GetProperty("id").GetString()!;
        Assert.Equal(0, (await gateway.QueueAsync("hold", id)).ExitCode);
        await Eventually.FindAsync("the message cancelled", async () => (await gateway.QueueAsync("cancel", id)).ExitCode == 0 ? id : null);
        var failed = await ReportAsync(dovecot, "failed", message.Mark);
        Assert.Equal("5.7.0", failed.StatusGroups[1]["Status"]);
        await Eventually.FindAsync("an empty queue", async () => (await gateway.QueueAsync("list")).Output.Contains("0 messages wait", StringComparison.Ordinal) ? id : null);
    }

    /// <summary>The report on a message in the mailbox of its sender.</summary>
    static async Task<MessageDeliveryStatus> ReportAsync(DovecotServer dovecot, string action, string mark)
    {
        var octets = await dovecot.MailboxOf(Account.Jane).FindAsync($"a report of {mark} as {action}", message =>
        {
            var text = Encoding.Latin1.GetString(message);
            return text.Contains($"Action: {action}", StringComparison.Ordinal) && text.Contains(mark, StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(60));
        using var stream = new MemoryStream(octets);
        var report = await MimeMessage.LoadAsync(stream, TestContext.Current.CancellationToken);
        Assert.Equal("auto-replied", report.Headers[HeaderId.AutoSubmitted]);
        Assert.Contains("<>", report.Headers[HeaderId.ReturnPath], StringComparison.Ordinal);
        return Assert.IsType<MessageDeliveryStatus>(Assert.IsType<MultipartReport>(report.Body)[1]);
    }
}
