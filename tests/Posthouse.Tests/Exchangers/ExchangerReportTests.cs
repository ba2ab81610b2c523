using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Reports;
using Posthouse.Wire.Replies;
using static Posthouse.Tests.Exchangers.MxFixture;

namespace Posthouse.Tests.Exchangers;

/// <summary>What a sender is told of mail that went by MX: the words of the exchanger that has spoken, under its name, and ours as ours.</summary>
public sealed class ExchangerReportTests
{
    [Fact]
    public async Task A_refusal_is_quoted_with_the_name_of_the_exchanger()
    {
        await using var mx = await StartAsync(Plain);
        mx[1].Faults.OnCommand = static (verb, _) => verb == "RCPT" ? SandboxAction.Reply(550, "no bob here, ask mx1.example") : null;
        await AssertToldAsync(mx, "bob@a.example", "dns; mx1.example", "smtp; 550 no bob here, ask mx1.example");
    }

    [Fact]
    public async Task An_address_literal_is_named_as_one()
    {
        await using var mx = await StartAsync(Plain);
        mx[1].Faults.OnCommand = static (verb, _) => verb == "RCPT" ? SandboxAction.Reply(550, "no") : null;
        await AssertToldAsync(mx, "bob@[127.0.1.1]", "dns; [127.0.1.1]", "smtp; 550 no");
    }

    [Fact]
    public async Task A_greeting_that_turns_us_away_is_quoted_too()
    {
        await using var mx = await StartAsync(Plain);
        mx[1].Faults.GreetingReply = new Reply(554, new EnhancedCode(5, 7, 1), "your address is on a list");
        await AssertToldAsync(mx, "bob@a.example", "dns; mx1.example", "smtp; 554 5.7.1 your address is on a list");
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_is_nobodys_reply()
    {
        await using var mx = await StartAsync(Plain);
        await AssertToldAsync(mx, "bob@nowhere.example", null, "x-posthouse; There is no domain nowhere.example.");
    }

    [Fact]
    public async Task A_message_that_an_exchanger_cannot_take_is_nobodys_reply()
    {
        await using var mx = await StartAsync(static options => options with { MaxMessageSize = 10 });
        await AssertToldAsync(mx, "bob@a.example", null, "x-posthouse; The message has 21 octets and the host takes 10.");
    }

    [Fact]
    public async Task An_exchanger_that_is_down_has_said_nothing()
    {
        await using var mx = await StartAsync(Plain);
        await mx[1].StopAsync();
        await AssertToldAsync(mx, "bob@a.example", null, "x-posthouse; The next mail server cannot be reached, or takes no mail at this time.");
    }

    static async Task AssertToldAsync(MxFixture mx, string recipient, string? host, string diagnostic)
    {
        var envelope = Letters.Envelope(recipient);
        var outcome = Assert.Single(await mx.SendAsync(envelope));
        var desk = new ReportDesk(() => "gateway.example.org", new FakeTimeProvider(Letters.Now));
        var kind = outcome.Disposition == Disposition.Permanent ? ReportKind.Failed : ReportKind.Delayed;
        var message = new QueuedMessage(new MessageKey(1), envelope, new MemoryBody("Subject: x\r\n\r\nhello\r\n"u8.ToArray()));
        var report = ReadReport.Of(Assert.Single(await desk.MakeAsync(
            message, MxHopName.Of(envelope.Recipients[0].Mailbox.Domain), [new Reportable(0, outcome, kind) { Expires = Letters.Now.AddDays(5) }])));
        Assert.Equal((host, diagnostic), (report.Field(1, "Remote-MTA"), report.Field(1, "Diagnostic-Code")));
    }
}
