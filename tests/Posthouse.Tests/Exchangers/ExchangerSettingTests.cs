using System.Net;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using Posthouse.Tests.Delivery;
using Posthouse.Tests.Remotes.Tls;
using static Posthouse.Tests.Exchangers.MxFixture;

namespace Posthouse.Tests.Exchangers;

/// <summary>The settings of <c>[queue.outbound]</c>, seen from the exchanger.</summary>
public class ExchangerSettingTests
{
    [Fact]
    public async Task TLS_is_used_where_it_is_offered_whatever_the_certificate()
    {
        await using var mx = await StartAsync(WithStartTls);
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Contains("STARTTLS", mx.Commands(1));
        Assert.Equal(2, mx.Commands(1).Count(line => line.StartsWith("EHLO", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("not offered")]
    [InlineData("refused")]
    [InlineData("broken")]
    public async Task TLS_that_cannot_be_had_is_done_without_by_default(string fault)
    {
        await using var mx = await StartAsync(WithStartTls, Plain);
        Break(mx[1].Faults, fault);
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Equal((1, 0), (mx[1].Journal.Messages, mx[2].Journal.Connections));
    }

    [Theory]
    [InlineData("not offered")]
    [InlineData("refused")]
    [InlineData("broken")]
    [InlineData("self-signed")]
    public async Task TLS_that_is_required_and_cannot_be_had_delays_the_mail(string fault)
    {
        await using var mx = await StartAsync(WithStartTls);
        Break(mx[1].Faults, fault);
        mx.Outbound = new OutboundModel { StartTls = StartTlsPolicy.Require };
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal(Disposition.Temporary, outcome.Disposition);
        Assert.Equal((0, 0), (mx[1].Journal.Count("MAIL"), mx[1].Journal.Messages));
    }

    [Fact]
    public async Task TLS_that_is_required_wants_a_certificate_for_the_exchangers_name()
    {
        using var authority = new TestAuthority();
        await using var mx = await StartAsync(
            options => WithStartTls(options) with { Certificate = authority.Issue("other.example", ["other.example"]) },
            options => WithStartTls(options) with { Certificate = authority.Issue("mx2.example", ["mx2.example"]) });
        mx.Outbound = new OutboundModel { StartTls = StartTlsPolicy.Require };
        mx.Authorities = authority.Trusted;
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Equal((0, 1), (mx[1].Journal.Messages, mx[2].Journal.Messages));
    }

    [Fact]
    public async Task TLS_that_is_disabled_is_not_begun()
    {
        await using var mx = await StartAsync(WithStartTls);
        mx.Outbound = new OutboundModel { StartTls = StartTlsPolicy.Disable };
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.DoesNotContain("STARTTLS", mx.Commands(1));
    }

    [Fact]
    public async Task A_setting_may_ask_which_exchanger_it_is()
    {
        await using var mx = await StartAsync(WithStartTls, WithStartTls);
        mx.Outbound = new OutboundModel
        {
            StartTls = new Deciding<StartTlsPolicy>(subject => new(subject.Text(RuleVariable.Mx) == "mx1.example" ? StartTlsPolicy.Require : StartTlsPolicy.Disable)),
        };
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Contains("STARTTLS", mx.Commands(1));
        Assert.DoesNotContain("STARTTLS", mx.Commands(2));
        Assert.Equal((0, 1), (mx[1].Journal.Messages, mx[2].Journal.Messages));
    }

    [Fact]
    public async Task Recipients_whom_a_setting_parts_go_by_transactions_of_their_own()
    {
        await using var mx = await StartAsync(WithStartTls);
        mx.Outbound = new OutboundModel
        {
            StartTls = new Deciding<StartTlsPolicy>(subject => new(subject.Text(RuleVariable.Rcpt) == "bob@a.example" ? StartTlsPolicy.Optional : StartTlsPolicy.Disable)),
        };
        var outcomes = await mx.SendAsync("bob@a.example", "carl@a.example");
        Assert.All(outcomes, outcome => Assert.Equal(Disposition.Delivered, outcome.Disposition));
        Assert.Equal((2, 2), (mx[1].Journal.Messages, mx[1].Journal.Connections));
    }

    [Fact]
    public async Task A_setting_that_cannot_be_decided_delays_its_recipient_alone()
    {
        await using var mx = await StartAsync(Plain);
        mx.Outbound = new OutboundModel
        {
            MaxExchangers = new Deciding<int>(subject => subject.Text(RuleVariable.Rcpt) == "bob@a.example" ? Evaluation<int>.Unavailable("remote/x is down") : new(5)),
        };
        var outcomes = await mx.SendAsync("bob@a.example", "carl@a.example");
        Assert.Equal("451 4.4.3 queue.outbound.limits.mx cannot be decided: remote/x is down", outcomes[0].Reply.ToString());
        Assert.Equal([Disposition.Temporary, Disposition.Delivered], outcomes.Select(outcome => outcome.Disposition));
    }

    [Fact]
    public async Task Our_name_is_that_of_the_settings()
    {
        await using var mx = await StartAsync(Plain);
        mx.Outbound = new OutboundModel { HostName = "out.example" };
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Contains("EHLO out.example", mx.Commands(1));
    }

    [Fact]
    public async Task An_address_that_is_not_ours_delays_and_is_named()
    {
        await using var mx = await StartAsync(Plain);
        mx.Outbound = new OutboundModel { Sources = Setting<IReadOnlyList<IPAddress>>.Of([IPAddress.Parse("192.0.2.1")]) };
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal(Disposition.Temporary, outcome.Disposition);
        Assert.Contains("connect to 127.0.1.1 from 192.0.2.1: Cannot assign requested address", outcome.Reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("greeting", "timeouts.greeting")]
    [InlineData("EHLO", "timeouts.ehlo")]
    [InlineData("MAIL", "timeouts.mail-from")]
    [InlineData("RCPT", "timeouts.rcpt-to")]
    [InlineData("DATA", "timeouts.data")]
    public async Task A_step_that_takes_longer_than_its_timeout_names_it(string step, string key)
    {
        await using var mx = await StartAsync(options => options with { Pipelining = false, Chunking = false });
        mx[1].Faults.NoGreeting = step == "greeting";
        mx[1].Faults.OnCommand = (verb, _) => verb == step ? SandboxAction.Stall : null;
        var brief = TimeSpan.FromMilliseconds(50);
        mx.Outbound = new OutboundModel
        {
            Timeouts = step switch
            {
                "greeting" => new OutboundTimeouts { Greeting = brief },
                "EHLO" => new OutboundTimeouts { Hello = brief },
                "MAIL" => new OutboundTimeouts { Mail = brief },
                "RCPT" => new OutboundTimeouts { Recipient = brief },
                _ => new OutboundTimeouts { Data = brief },
            },
        };
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Temporary, Blame.Transport), (outcome.Disposition, outcome.Blame));
        Assert.Contains($"nothing within queue.outbound.{key} (0.05s)", outcome.Reply.Text, StringComparison.Ordinal);
    }

    static void Break(SandboxFaults faults, string fault)
    {
        faults.HideStartTls = fault == "not offered";
        faults.RefuseStartTls = fault == "refused";
        if (fault == "broken")
            faults.OnCommand = (verb, _) => verb == "STARTTLS" ? SandboxAction.CloseAfterReply(220, "go") : null;
    }
}
