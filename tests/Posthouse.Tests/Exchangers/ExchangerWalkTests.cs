using Posthouse.Gateway.Model;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Replies;
using static Posthouse.Tests.Exchangers.MxFixture;

namespace Posthouse.Tests.Exchangers;

/// <summary>Which exchanger gets the mail, and whose word on it is final.</summary>
public class ExchangerWalkTests
{
    [Fact]
    public async Task The_preferred_exchanger_gets_the_message_in_one_transaction_and_the_other_hears_nothing()
    {
        await using var mx = await StartAsync(Plain, Plain);
        var outcomes = await mx.SendAsync("bob@a.example", "carl@a.example");
        Assert.All(outcomes, outcome => Assert.Equal(Disposition.Delivered, outcome.Disposition));
        Assert.Equal((1, 1, 2), (mx[1].Journal.Messages, mx[1].Journal.Count("MAIL"), mx[1].Journal.Count("RCPT")));
        Assert.Equal(0, mx[2].Journal.Connections);
        Assert.Contains($"EHLO {TestModel.HostName}", mx.Commands(1));
    }

    [Fact]
    public async Task Messages_of_two_domains_with_one_exchanger_share_its_connection()
    {
        await using var mx = await StartAsync(Plain);
        await mx.SendAsync("bob@a.example");
        await mx.SendAsync("dora@b.example");
        await mx.SendAsync("carl@a.example");
        Assert.Equal((3, 1), (mx[1].Journal.Messages, mx[1].Journal.Connections));
    }

    [Fact]
    public async Task An_exchanger_that_is_down_is_passed_over_for_the_next()
    {
        await using var mx = await StartAsync(Plain, Plain);
        await mx[1].StopAsync();
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Equal(1, mx[2].Journal.Messages);
    }

    [Fact]
    public async Task Of_exchangers_that_are_all_down_the_last_failure_delays_and_names_itself()
    {
        await using var mx = await StartAsync(Plain, Plain);
        await mx[1].StopAsync();
        await mx[2].StopAsync();
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Temporary, Blame.Transport), (outcome.Disposition, outcome.Blame));
        Assert.Equal($"451 4.4.1 mx2.example 127.0.1.2 port {mx.Port}: connect to 127.0.1.2: Connection refused", outcome.Reply.ToString());
    }

    [Fact]
    public async Task Only_where_no_exchanger_was_tried_was_the_message_not_tried()
    {
        await using var mx = await StartAsync(Plain, Plain);
        await mx[1].StopAsync();
        await mx[2].StopAsync();
        List<bool> untried = [];
        while (untried.Count == 0 || !untried[^1])
            untried.Add(Assert.Single(await mx.SendAsync("bob@a.example")).IsUntried);
        Assert.Equal(new RemoteBreakerOptions().Failures + 1, untried.Count);
    }

    [Theory]
    [InlineData(554)]
    [InlineData(421)]
    [InlineData(450)]
    public async Task A_greeting_that_turns_us_away_is_no_word_on_the_recipient(int code)
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx[1].Faults.GreetingReply = new Reply(code, null, "not you");
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        mx[2].Faults.GreetingReply = new Reply(code, null, "nor you");
        await mx[2].StopAsync();
        await mx[2].StartAsync(Token);
        var refused = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Temporary, Blame.Transport), (refused.Disposition, refused.Blame));
        Assert.Contains("nor you", refused.Reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_requires_TLS_goes_to_no_exchanger_since_none_is_proved_but_a_report_does()
    {
        await using var mx = await StartAsync(WithStartTls);
        var envelope = Letters.Envelope("bob@a.example");
        envelope = envelope with { Mail = envelope.Mail with { RequireTls = true } };
        var outcome = Assert.Single(await mx.SendAsync(envelope));
        Assert.Equal((Disposition.Permanent, Blame.Host, "5.7.10"), (outcome.Disposition, outcome.Blame, outcome.Reply.Enhanced.ToString()));
        Assert.Equal(0, mx[1].Journal.Connections);
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync(envelope with { Mail = envelope.Mail with { ReversePath = null } })).Disposition);
    }

    [Fact]
    public async Task An_outcome_names_the_exchanger_it_comes_from()
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx[1].Faults.OnCommand = (command, _) => command == "MAIL" ? SandboxAction.CloseAfterReply(421, "going down") : null;
        Assert.Equal("mx2.example", Assert.Single(await mx.SendAsync("bob@a.example")).Exchanger);
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    public async Task An_exchanger_that_leaves_before_it_has_decided_is_passed_over(string verb)
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx[1].Faults.OnCommand = (command, _) => command == verb ? SandboxAction.CloseAfterReply(421, "going down") : null;
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Equal(1, mx[2].Journal.Messages);
    }

    [Fact]
    public async Task Whom_an_exchanger_refuses_for_good_the_next_is_not_asked_about()
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx[1].Faults.OnCommand = (verb, line) => verb == "RCPT" && line.Contains("bob", StringComparison.Ordinal) ? SandboxAction.Reply(550, "not him") : null;
        var outcomes = await mx.SendAsync("bob@a.example", "carl@a.example");
        Assert.Equal([Disposition.Permanent, Disposition.Delivered], outcomes.Select(outcome => outcome.Disposition));
        Assert.Equal((Blame.Host, "not him"), (outcomes[0].Blame, outcomes[0].Reply.Text));
        Assert.Equal(0, mx[2].Journal.Connections);
    }

    [Theory]
    [InlineData(530)]
    [InlineData(535)]
    [InlineData(550)]
    public async Task A_refusal_that_speaks_of_a_login_is_final_since_we_have_none_to_mend(int code)
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx[1].Faults.OnCommand = (verb, _) => verb == "MAIL" ? SandboxAction.Reply(code, "log in first") : null;
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Permanent, Blame.Host), (outcome.Disposition, outcome.Blame));
        Assert.Equal(0, mx[2].Journal.Connections);
    }

    [Fact]
    public async Task What_may_have_arrived_is_not_offered_to_the_next()
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx[1].Faults.OnCommand = (verb, _) => verb == "." ? SandboxAction.Close : null;
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Temporary, true), (outcome.Disposition, outcome.MaybeDelivered));
        Assert.Equal(0, mx[2].Journal.Connections);
    }

    [Fact]
    public async Task The_second_address_of_a_host_is_tried_where_the_first_is_out_of_reach()
    {
        await using var mx = await StartAsync(Plain, Plain);
        await mx[1].StopAsync();
        mx.Dns.Mx("a.example", (10, "twin.example")).Host("twin.example", "127.0.1.1", "127.0.1.2");
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Equal(1, mx[2].Journal.Messages);
    }

    [Fact]
    public async Task Mail_to_an_address_literal_goes_to_that_address()
    {
        await using var mx = await StartAsync(Plain);
        mx.Accounts.AddUser("bob@[127.0.1.1]", "x");
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@[127.0.1.1]")).Disposition);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Neither_mail_nor_a_report_to_an_address_literal_gets_to_what_listens_on_this_machine(bool isReport)
    {
        await using var mx = await StartAsync(Plain);
        mx.Resolver = ResolverModel.System;
        mx.Accounts.AddUser("root@[127.0.1.1]", "x");
        var envelope = Letters.Envelope("root@[127.0.1.1]");
        if (isReport)
            envelope = envelope with { Mail = envelope.Mail with { ReversePath = null } };
        var outcome = Assert.Single(await mx.SendAsync(envelope));
        Assert.Equal((Disposition.Permanent, "550 5.1.2 no mail can go to [127.0.1.1]"), (outcome.Disposition, outcome.Reply.ToString()));
        Assert.Equal(0, mx[1].Journal.Connections);
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_is_final_for_all_its_recipients()
    {
        await using var mx = await StartAsync(Plain);
        var outcomes = await mx.SendAsync("bob@nowhere.example", "carl@nowhere.example");
        Assert.All(outcomes, outcome => Assert.Equal("550 5.1.2 there is no domain nowhere.example", outcome.Reply.ToString()));
    }
}
