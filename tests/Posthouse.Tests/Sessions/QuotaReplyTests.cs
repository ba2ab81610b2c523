using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Quotas;
using Posthouse.Gateway.Rules;
using Posthouse.Sandbox;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Sessions;

/// <summary><c>[[queue.quota]]</c>: what a client is told, and when.</summary>
public class QuotaReplyTests
{
    const string Jane = "jane@example.org";
    const string Joe = "joe@example.org";

    [Theory]
    [InlineData(RuleVariable.SenderDomain, 1, 0, "C: MAIL FROM:<a@b.example>\nS: 452 4.3.1 Too much mail is waiting already, try again later")]
    [InlineData(RuleVariable.HeloDomain, 0, 100, "C: MAIL FROM:<a@b.example> SIZE=1\nS: 452 4.3.1 Too much mail is waiting already, try again later")]
    [InlineData(RuleVariable.HeloDomain, 0, 100, "C: MAIL FROM:<a@b.example> SIZE=101\nS: 552 5.3.4 Message too big")]
    [InlineData(RuleVariable.Rcpt, 1, 0, "C: MAIL FROM:<a@b.example>\nS: 250…\nC: RCPT TO:<jane@example.org>\nS: 452 4.3.1 Too much mail is waiting already, try again later\nC: RCPT TO:<joe@example.org>\nS: 250…")]
    public async Task It_is_told_as_soon_as_it_is_known(RuleVariable key, int messages, long size, string dialogue)
    {
        var quota = new QuotaModel(null, [key], messages, size);
        var value = key switch { RuleVariable.SenderDomain => "b.example\n", RuleVariable.HeloDomain => "client.example.net\n", _ => "jane@example.org\n" };
        await using var session = await new SessionUnderTest { Quotas = Full(quota, value) }.GreetedAsync();
        await session.PlayAsync(dialogue);
    }

    [Theory]
    [InlineData(IntakeResult.OverQuota, "452 4.3.1 Too much mail is waiting already, try again later")]
    [InlineData(IntakeResult.TooBig, "552 5.3.4 Message too big")]
    [InlineData(IntakeResult.Undecided, "451 4.4.3 Unable to verify at this time")]
    public async Task It_is_told_behind_the_dot_for_each_recipient_of_lmtp(IntakeResult answer, string reply)
    {
        await using var session = await new SessionUnderTest().Lmtp().GreetedAsync("LHLO client.example.net");
        session.Intake.CommitAnswer = answer;
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>
            S: 250…
            C: RCPT TO:<{Jane}>
            S: 250…
            C: RCPT TO:<{Joe}>
            S: 250…
            C: DATA
            S: 354…
            C: x
            C: .
            S: {reply}
            S: {reply}
            C: NOOP
            S: 250…
            """);
    }

    [Fact]
    public async Task What_goes_through_needs_no_room()
    {
        await using var stage = await StartAsync();
        Assert.StartsWith("250 2.0.0 Delivered", await stage.SendAsync(Jane), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipient_that_turns_to_the_queue_needs_room_at_once()
    {
        await using var stage = await StartAsync();
        await stage.PlayAsync($"C: MAIL FROM:<ann@b.example>\nS: 250…\nC: RCPT TO:<{Jane}> NOTIFY=SUCCESS\nS: 452 4.3.1…");
        Assert.Equal(0, stage.Journal.Connections);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, true, false)]
    public async Task What_is_left_is_kept_only_where_a_refusal_would_bring_it_twice(bool lmtp, bool someDelivered, bool isKept)
    {
        await using var stage = await CutThroughStage.StartAsync(SandboxProtocol.Lmtp, lmtp);
        var said = 0;
        stage.Sink.Faults.OnCommand = (verb, _) => verb == "." && (++said == 2 || !someDelivered) ? SandboxAction.Reply(new Reply(451, new EnhancedCode(4, 3, 0), "later")) : null;
        await stage.SendAsync(Jane, Joe);
        Assert.Equal(isKept, Assert.Single(stage.Session.Intake.Committed).Envelope!.IsPartlyDelivered);
    }

    static async Task<CutThroughStage> StartAsync()
    {
        var quota = new QuotaModel(null, [], 1, 0);
        var stage = await CutThroughStage.StartAsync(quotas: Full(quota, ""));
        return stage;
    }

    static QuotaLedger Full(QuotaModel quota, string value)
    {
        var ledger = new QuotaLedger(() => [quota]);
        Assert.Equal(IntakeResult.Committed, ledger.Counts.TryAdd(new MessageKey(1), 100, [new QuotaShare(new QuotaKey(quota, value), [0])], mayExceed: false, out _));
        return ledger;
    }
}
