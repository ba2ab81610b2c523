using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Sessions;

/// <summary>DIALECT §4 (recipients) and §6; HARDENING §2 D.</summary>
public class RecipientTests
{
    [Theory]
    [InlineData("<jane@example.org>", "250 2.1.5 Recipient OK", "domain example.org, rcpt jane@example.org")]
    [InlineData("<jane@EXAMPLE.ORG>", "250 2.1.5 Recipient OK", "domain example.org, rcpt jane@example.org")]
    [InlineData("<nobody@example.org>", "550 5.1.1 Mailbox does not exist", "domain example.org, rcpt nobody@example.org")]
    [InlineData("<full@example.org>", "452 4.2.2 Mailbox full", "domain example.org, rcpt full@example.org")]
    [InlineData("<refused@example.org>", "554 5.7.1 Account disabled on call us", "domain example.org, rcpt refused@example.org")]
    [InlineData("<down@example.org>", "451 4.4.3 Unable to verify at this time", "domain example.org, rcpt down@example.org")]
    [InlineData("<crowd@example.org>", "451 4.4.5 Too many are waiting to be verified", "domain example.org, rcpt crowd@example.org")]
    [InlineData("<jane@down.example>", "451 4.4.3 Unable to verify at this time", "domain down.example")]
    [InlineData("<jane@elsewhere.example>", "550 5.7.1 Relay not allowed", "domain elsewhere.example")]
    [InlineData("<Postmaster>", "250 2.1.5 Recipient OK", "domain gw.example.org")]
    [InlineData("<postmaster@gw.example.org>", "250 2.1.5 Recipient OK", "domain gw.example.org")]
    [InlineData("<postmaster@elsewhere.example>", "550 5.7.1 Relay not allowed", "domain elsewhere.example")]
    [InlineData("<>", "501 5.1.3", "")]
    [InlineData("<user>", "501", "")]
    [InlineData("<a@b@example.org>", "501", "")]
    [InlineData("<jane@example.org> NOTIFY=NEVER,SUCCESS", "501", "")]
    [InlineData("<jane@example.org> ORCPT=rfc822;a+0D+0ARCPT", "501", "")]
    public async Task A_recipient_is_taken_or_refused_by_its_lookup(string path, string reply, string asked)
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:{path}
            S: {reply}…
            """);
        Assert.Equal(asked, string.Join(", ", session.Lookups.Asked));
    }

    [Theory]
    [InlineData(421, "4.3.2", "[10.0.0.1] down", "451 4.3.2 down")]
    [InlineData(554, null, "", "554 5.7.1 Recipient refused")]
    [InlineData(571, "5.7.1", "Blocked by mx1.inside.example:25", "550 5.7.1 Blocked by")]
    [InlineData(550, "5.7.1", "<jane@example.org> (fd00::17) disabled", "550 5.7.1 <jane@example.org> disabled")]
    [InlineData(550, "5.7.1", "Disabled, ask root@backend01.inside.example", "550 5.7.1 Disabled, ask")]
    public async Task A_hosts_refusal_is_told_without_the_names_of_machines(int code, string? enhanced, string text, string told)
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        var parts = enhanced?.Split('.').Select(int.Parse).ToArray();
        session.Lookups.Refusal = new Reply(code, parts is null ? null : new EnhancedCode(parts[0], parts[1], parts[2]), text);
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<refused@example.org>
            S: {told}
            """);
    }

    [Theory]
    [InlineData(true, true, false, "jane@elsewhere.example", "550 5.7.1")]
    [InlineData(true, true, true, "jane@elsewhere.example", "250 2.1.5")]
    [InlineData(true, false, false, "nobody@example.org", "250 2.1.5")]
    [InlineData(false, true, false, "jane@elsewhere.example", "250 2.1.5")]
    [InlineData(false, true, true, "nobody@elsewhere.example", "550 5.1.1")]
    [InlineData(false, false, false, "jane@example.org", "550 5.7.1")]
    [InlineData(false, false, true, "jane@example.org", "250 2.1.5")]
    public async Task Domains_then_addresses_then_relay_decide(bool hasDomains, bool hasAddresses, bool relay, string address, string reply)
    {
        await using var session = await new SessionUnderTest().With(m => m with
        {
            Rcpt = m.Rcpt with
            {
                Domains = hasDomains ? TestModels.Ladder : LookupLadder.None,
                Addresses = hasAddresses ? TestModels.Ladder : LookupLadder.None,
                Relay = relay,
            },
        }).GreetedAsync();
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<{address}>
            S: {reply}…
            """);
    }

    [Fact]
    public async Task The_envelope_says_which_remote_knew_each_recipient()
    {
        await using var session = await new SessionUnderTest().With(m => m with { Rcpt = m.Rcpt with { Relay = true } }).GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<joe@elsewhere.example>
            S: 250 2.1.5…
            """);
        session.Lookups.FoundAt = "site-a";
        await session.PlayAsync("""
            C: RCPT TO:<jane@example.org>
            S: 250 2.1.5…
            C: RCPT TO:<nobody@example.org>
            S: 550 5.1.1…
            C: RCPT TO:<jane@example.org>
            S: 250 2.1.5…
            """);
        session.Lookups.FoundAt = "site-b";
        await session.PlayAsync("""
            C: RCPT TO:<joe@example.org>
            S: 250 2.1.5…
            C: DATA
            S: 354 …
            C: .
            S: 250 2.0.0 Queued as Q1
            """);
        var envelope = session.Intake.Committed.Single().Envelope!;
        Assert.Equal(["joe@elsewhere.example", "jane@example.org", "joe@example.org"], envelope.Recipients.Select(r => r.Mailbox.ToString()));
        Assert.Equal([null, "site-a", "site-b"], envelope.FoundAt);
        Assert.Equal((null, "site-b", null), (envelope.RemoteOf(0), envelope.RemoteOf(2), envelope.RemoteOf(3)));
    }

    [Theory]
    [InlineData("jane@example.org", "250 2.1.5", 1)]
    [InlineData("jane@elsewhere.example", "550 5.7.1", 0)]
    public async Task A_setting_that_decides_nothing_is_not_evaluated(string address, string reply, int times)
    {
        var evaluated = 0;
        await using var session = await new SessionUnderTest().With(m => m with
        {
            Rcpt = m.Rcpt with
            {
                Addresses = new Computed<LookupLadder>(_ =>
                {
                    evaluated++;
                    return TestModels.Ladder;
                }),
            },
        }).GreetedAsync();
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<{address}>
            S: {reply}…
            """);
        Assert.Equal(times, evaluated);
    }

    [Fact]
    public async Task A_bare_postmaster_is_queued_as_this_hosts_own()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<postMASTER>
            S: 250 2.1.5…
            C: RCPT TO:<Postmaster@GW.example.org>
            S: 250 2.1.5…
            C: DATA
            S: 354 …
            C: .
            S: 250 2.0.0 Queued as Q1
            """);
        Assert.Equal(["Postmaster@gw.example.org"], session.Intake.Committed.Single().Envelope!.Recipients.Select(r => r.Mailbox.ToString()));
    }

    [Theory]
    [InlineData(true, "550 5.1.1", "domain gw.example.org, rcpt Postmaster@gw.example.org")]
    [InlineData(false, "550 5.1.1", "rcpt Postmaster@gw.example.org")]
    public async Task Where_addresses_are_looked_up_this_hosts_postmaster_is_too(bool hasDomains, string reply, string asked)
    {
        await using var session = new SessionUnderTest().With(m => m with { Rcpt = m.Rcpt with { Domains = hasDomains ? TestModels.Ladder : LookupLadder.None } });
        session.Lookups.Domain = "gw.example.org";
        await session.GreetedAsync();
        await session.PlayAsync($"""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<Postmaster>
            S: {reply}…
            """);
        Assert.Equal(asked, string.Join(", ", session.Lookups.Asked));
    }

    [Fact]
    public async Task Relay_may_depend_on_the_login_and_on_the_recipient()
    {
        await using var session = await new SessionUnderTest().Tls().With(m => m with
        {
            Rcpt = m.Rcpt with
            {
                Relay = new ComputedFlag(s => s.Text(RuleVariable.AuthenticatedAs) == "jane" && s.Text(RuleVariable.RcptDomain) == "partner.example"
                    && s.Text(RuleVariable.Sender) == "a@b.example"),
            },
        }).GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<x@partner.example>
            S: 550 5.7.1…
            C: RSET
            S: 250 …
            C: AUTH PLAIN AGphbmUAc2VjcmV0
            S: 235 2.7.0…
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<x@partner.example>
            S: 250 2.1.5…
            C: RCPT TO:<x@other.example>
            S: 550 5.7.1…
            """);
    }

    [Fact]
    public async Task A_relay_rule_that_cannot_be_decided_is_temporary()
    {
        await using var session = await new SessionUnderTest().With(m => m with { Rcpt = m.Rcpt with { Relay = new ComputedFlag(_ => null) } }).GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<x@elsewhere.example>
            S: 451 4.4.3…
            """);
    }

    [Fact]
    public async Task Recipients_over_the_limit_are_refused_for_now_and_the_others_stay()
    {
        await using var session = await new SessionUnderTest().With(m => m with { Rcpt = m.Rcpt with { MaxRecipients = 2 } }).GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<user1@example.org>
            S: 250 2.1.5…
            C: RCPT TO:<user2@example.org>
            S: 250 2.1.5…
            C: RCPT TO:<user3@example.org>
            S: 452 4.5.3 Too many recipients
            C: RCPT TO:<user1@example.org>
            S: 250 2.1.5…
            C: DATA
            S: 354 …
            C: .
            S: 250 2.0.0 Queued as Q1
            """);
        Assert.Equal(["user1@example.org", "user2@example.org"], session.Intake.Committed.Single().Envelope!.Recipients.Select(r => r.Mailbox.ToString()));
    }

    [Fact]
    public async Task When_all_recipients_were_refused_data_is_too()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<nobody@example.org>
            S: 550 5.1.1…
            C: DATA
            S: 554 5.5.1 No valid recipients
            """);
    }

    [Fact]
    public async Task Commands_pipelined_behind_a_refused_mail_are_refused_each()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.SendAsync("MAIL FROM:<a@b.example> FOO\r\nRCPT TO:<jane@example.org>\r\nDATA\r\n");
        Assert.Equal(["555", "503", "503"], session.Unread().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line[..3]));
    }

    [Fact]
    public async Task The_nth_refused_recipient_gets_its_own_reply_and_ends_the_session()
    {
        await using var session = await new SessionUnderTest().With(m => m with { Rcpt = m.Rcpt with { ErrorsTotal = 2 } }).GreetedAsync();
        await session.PlayAsync("""
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<down@example.org>
            S: 451 4.4.3…
            C: RCPT TO:<nobody@example.org>
            S: 550 5.1.1…
            C: RCPT TO:<x@elsewhere.example>
            S: 550 5.7.1…
            S: 421 4.7.0 Too many errors
            S: closed
            """);
    }

    [Fact]
    public async Task A_refusal_for_good_waits_and_one_for_now_does_not()
    {
        await using var session = await new SessionUnderTest().With(m => m with { Rcpt = m.Rcpt with { ErrorsWait = TimeSpan.FromSeconds(5) } }).GreetedAsync();
        await session.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<full@example.org>\r\nRCPT TO:<nobody@example.org>\r\n");
        Assert.Equal("250 2.1.0 Sender OK\r\n452 4.2.2 Mailbox full\r\n", session.Unread());
        session.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal("", session.Unread());
        session.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("550 5.1.1 Mailbox does not exist", await session.LineAsync());
    }
}
