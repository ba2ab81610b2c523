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

    static void Close(MxFixture mx, int number, string when)
    {
        if (when == "greeting")
            mx[number].Faults.GreetingReply = new Reply(521, null, "no mail here");
        else
            mx[number].Faults.OnCommand = (verb, _) => verb == when ? SandboxAction.Reply(521, "no mail here") : null;
    }
}
