using Posthouse.Gateway.Model;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;
using Posthouse.Wire.Replies;
using static Posthouse.Tests.Exchangers.MxFixture;

namespace Posthouse.Tests.Exchangers;

/// <summary>Hosts that say that they take no mail at all (RFC 7504).</summary>
public class NoMailTests
{
    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    public async Task Where_no_exchanger_takes_mail_its_recipients_fail_for_good(string when)
    {
        await using var mx = await StartAsync(Plain, Plain);
        Close(mx, 1, when);
        Close(mx, 2, when);
        // The later ones find the breakers open, whose reason is the same word.
        for (var tries = 0; tries < new RemoteBreakerOptions().Failures + 2; tries++)
        {
            foreach (var outcome in await mx.SendAsync("bob@a.example", "carl@a.example"))
            {
                Assert.Equal((Disposition.Permanent, Blame.Host, false), (outcome.Disposition, outcome.Blame, outcome.IsUntried));
                Assert.Equal((521, "5.3.2", "mx2.example"), (outcome.Reply.Code, outcome.Reply.Enhanced.ToString(), outcome.Exchanger));
                Assert.Contains("521 no mail here", outcome.Reply.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task One_of_them_that_does_gets_it()
    {
        await using var mx = await StartAsync(Plain, Plain);
        Close(mx, 1, "greeting");
        Assert.Equal(Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
    }

    [Theory]
    [InlineData("greeting", 7, 1)]
    [InlineData("EHLO", 7, 1)]
    [InlineData("greeting", 5, 1)]
    [InlineData("greeting", 3, 2, Disposition.Permanent)]
    [InlineData("EHLO", 1, 10, Disposition.Permanent)]
    public async Task A_521_with_a_code_is_final_only_where_that_speaks_of_mail(
        string when, int subject, int detail, Disposition disposition = Disposition.Temporary)
    {
        await using var mx = await StartAsync(Plain, Plain);
        var reply = new Reply(521, new EnhancedCode(5, subject, detail), "Service unavailable; client [192.0.2.1] blocked");
        Close(mx, 1, when, reply);
        Close(mx, 2, when, reply);
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal(disposition, outcome.Disposition);
        Assert.Contains(reply.ToString(), outcome.Reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(554)]
    [InlineData(421)]
    [InlineData(0)]
    public async Task One_of_them_that_may_yet_is_waited_for(int greeting)
    {
        await using var mx = await StartAsync(Plain, Plain);
        if (greeting == 0)
            await mx[1].StopAsync();
        else
            mx[1].Faults.GreetingReply = new Reply(greeting, null, "not you");
        Close(mx, 2, "greeting");
        Assert.Equal(Disposition.Temporary, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
    }

    [Fact]
    public async Task One_that_a_limit_of_ours_leaves_out_may_yet_take_it()
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx.Outbound = mx.Outbound with { MaxExchangers = 1 };
        Close(mx, 1, "greeting");
        Assert.Equal(Disposition.Temporary, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
    }

    [Fact]
    public async Task A_host_that_takes_none_for_the_domain_is_final_at_once()
    {
        await using var mx = await StartAsync(Plain, Plain);
        mx[1].Faults.OnCommand = static (verb, _) => verb == "RCPT" ? SandboxAction.Reply(556, "domain takes no mail") : null;
        Assert.Equal(Disposition.Permanent, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Equal(0, mx[2].Journal.Connections);
    }

    static void Close(MxFixture mx, int number, string when, Reply? reply = null)
    {
        reply ??= new Reply(521, null, "no mail here");
        if (when == "greeting")
            mx[number].Faults.GreetingReply = reply;
        else
            mx[number].Faults.OnCommand = (verb, _) => verb == when ? SandboxAction.Reply(reply) : null;
    }
}
