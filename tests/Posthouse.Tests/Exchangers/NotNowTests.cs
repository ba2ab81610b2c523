using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Answers;
using Posthouse.Sandbox;
using static Posthouse.Tests.Exchangers.MxFixture;

namespace Posthouse.Tests.Exchangers;

/// <summary>An exchanger that says not now, and who is asked then (RFC 5321 section 5.1).</summary>
public class NotNowTests
{
    [Theory]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task Where_one_says_not_now_the_next_gets_the_message(string when)
    {
        await using var mx = await StartAsync(WithoutChunking, WithoutChunking);
        mx[1].Faults.OnCommand = (verb, _) => verb == when ? SandboxAction.Reply(451, "not now") : null;
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Delivered, "mx2.example"), (outcome.Disposition, outcome.Exchanger));
        Assert.Equal((0, 1), (mx[1].Journal.Messages, mx[2].Journal.Messages));
    }

    [Fact]
    public async Task Only_who_was_put_off_goes_on()
    {
        await using var mx = await StartAsync(Plain, Plain);
        PutOff(mx, 1, "bob", 450, "greylisted");
        var outcomes = await mx.SendAsync("bob@a.example", "carl@a.example");
        Assert.All(outcomes, static outcome => Assert.Equal(Disposition.Delivered, outcome.Disposition));
        Assert.Equal(["mx2.example", "mx1.example"], outcomes.Select(static outcome => outcome.Exchanger));
        Assert.Equal((1, 1), (mx[2].Journal.Messages, mx[2].Journal.Count("RCPT")));
    }

    [Fact]
    public async Task Where_all_say_not_now_each_is_asked_once_and_the_last_word_delays()
    {
        await using var mx = await StartAsync(Plain, Plain, Plain);
        for (var i = 1; i <= 3; i++)
            PutOff(mx, i, "bob", 450, $"later, says {i}");
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Temporary, Blame.Host, "450 later, says 3"), (outcome.Disposition, outcome.Blame, outcome.Reply.ToString()));
        Assert.Equal([1, 1, 1], Enumerable.Range(1, 3).Select(i => mx[i].Journal.Count("RCPT")));
    }

    [Fact]
    public async Task What_one_said_of_the_recipient_is_told_and_not_that_the_next_was_out_of_reach()
    {
        await using var mx = await StartAsync(Plain, Plain);
        PutOff(mx, 1, "bob", 450, "mailbox full");
        await mx[2].StopAsync();
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Blame.Host, "450 mailbox full", "mx1.example", false), (outcome.Blame, outcome.Reply.ToString(), outcome.Exchanger, outcome.IsUntried));
    }

    [Fact]
    public async Task A_no_for_good_from_the_next_is_final()
    {
        await using var mx = await StartAsync(Plain, Plain);
        PutOff(mx, 1, "bob", 450, "greylisted");
        PutOff(mx, 2, "bob", 550, "no such user");
        Assert.Equal("550 no such user", Assert.Single(await mx.SendAsync("bob@a.example")).Reply.ToString());
    }

    [Theory]
    [InlineData(530)]
    [InlineData(535)]
    public async Task So_is_one_that_speaks_of_a_login(int code)
    {
        await using var mx = await StartAsync(Plain, Plain);
        PutOff(mx, 1, "bob", 450, "greylisted");
        PutOff(mx, 2, "bob", code, "log in first");
        var outcome = Assert.Single(await mx.SendAsync("bob@a.example"));
        Assert.Equal((Disposition.Permanent, $"{code} log in first", "mx2.example"), (outcome.Disposition, outcome.Reply.ToString(), outcome.Exchanger));
    }

    [Fact]
    public async Task Who_is_one_too_many_in_a_transaction_stays_for_another_with_that_host()
    {
        await using var mx = await StartAsync(Plain, Plain);
        PutOff(mx, 1, "carl", 452, "too many recipients");
        var outcomes = await mx.SendAsync("bob@a.example", "carl@a.example");
        Assert.Equal([Disposition.Delivered, Disposition.Temporary], outcomes.Select(static outcome => outcome.Disposition));
        Assert.Equal(0, mx[2].Journal.Connections);
    }

    [Fact]
    public async Task Where_nobody_was_taken_one_too_many_is_no_more_than_not_now()
    {
        await using var mx = await StartAsync(Plain, Plain);
        PutOff(mx, 1, "@", 452, "insufficient storage");
        Assert.All(await mx.SendAsync("bob@a.example", "carl@a.example"), static outcome => Assert.Equal(Disposition.Delivered, outcome.Disposition));
    }

    [Fact]
    public async Task No_more_may_say_so_than_hosts_may_be_tried()
    {
        await using var mx = await StartAsync(Plain, Plain, Plain);
        mx.Outbound = mx.Outbound with { MaxExchangers = 2, MaxAddresses = 3 };
        mx.Dns.Mx("a.example", (10, "many.example")).Host("many.example", "127.0.1.1", "127.0.1.2", "127.0.1.3");
        for (var i = 1; i <= 3; i++)
            PutOff(mx, i, "bob", 450, $"later, says {i}");
        Assert.Equal("450 later, says 2", Assert.Single(await mx.SendAsync("bob@a.example")).Reply.ToString());
        Assert.Equal(0, mx[3].Journal.Connections);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task One_who_took_long_to_say_so_was_the_last(int minutes, bool isLast)
    {
        await using var mx = await StartAsync(Plain, Plain);
        var time = new FakeTimeProvider();
        mx.Time = time;
        mx[1].Faults.OnCommand = (verb, _) =>
        {
            if (verb is "EHLO" or "MAIL")
                time.Advance(TimeSpan.FromMinutes(minutes));
            return verb == "MAIL" ? SandboxAction.Reply(450, "not now") : null;
        };
        Assert.Equal(isLast ? Disposition.Temporary : Disposition.Delivered, Assert.Single(await mx.SendAsync("bob@a.example")).Disposition);
        Assert.Equal(isLast ? 0 : 1, mx[2].Journal.Connections);
    }

    static SandboxOptions WithoutChunking(SandboxOptions options) => options with { Chunking = false };

    static void PutOff(MxFixture mx, int number, string who, int code, string text) => mx[number].Faults.OnCommand =
        (verb, line) => verb == "RCPT" && line.Contains(who, StringComparison.Ordinal) ? SandboxAction.Reply(code, text) : null;
}
