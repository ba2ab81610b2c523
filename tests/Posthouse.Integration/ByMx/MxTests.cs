using Posthouse.Integration.Servers;
using Posthouse.Sandbox;

namespace Posthouse.Integration.ByMx;

/// <summary>Delivery by MX as DNS says, asked of a real name server.</summary>
[Trait("Executable", "Native")]
public class MxTests(MxWorld world) : IClassFixture<MxWorld>
{
    [Theory]
    [InlineData("ordered")]
    [InlineData("implicit")]
    [InlineData("alias")]
    [InlineData("behind")]
    public async Task Mail_goes_to_the_best_exchanger(string domain)
    {
        await world.SendAsync($"bob@{domain}.{MxWorld.Zone}", $"best of {domain}");
        await MxWorld.ArrivesAsync(world.FirstAccounts, $"bob@{domain}.{MxWorld.Zone}", $"best of {domain}");
        Assert.Empty(world.SecondAccounts.Messages($"bob@{domain}.{MxWorld.Zone}"));
        await world.IsToldAsync("ExchangerTook", $"{domain}.{MxWorld.Zone}", world.FirstAddress);
    }

    [Fact]
    public async Task Mail_goes_by_TLS_where_the_exchanger_offers_it()
    {
        await world.SendAsync($"bob@ordered.{MxWorld.Zone}", "over TLS");
        await MxWorld.ArrivesAsync(world.FirstAccounts, $"bob@ordered.{MxWorld.Zone}", "over TLS");
        Assert.Contains(world.First.Journal.Entries, entry => entry.Direction == SandboxDirection.FromClient && entry.Text == "STARTTLS");
    }

    [Fact]
    public async Task An_exchanger_that_is_out_of_reach_is_passed_over()
    {
        await world.SendAsync($"bob@worse.{MxWorld.Zone}", "second best");
        await MxWorld.ArrivesAsync(world.SecondAccounts, $"bob@worse.{MxWorld.Zone}", "second best");
    }

    [Fact]
    public async Task Exchangers_of_equal_preference_share_the_mail()
    {
        var bob = $"bob@equal.{MxWorld.Zone}";
        // All to one of them happens once in 2^39.
        await world.SendAsync(bob, "shared", times: 40);
        await Eventually.FindAsync("forty messages", () => world.FirstAccounts.Messages(bob).Count + world.SecondAccounts.Messages(bob).Count == 40 ? this : null, TimeSpan.FromSeconds(60));
        Assert.NotEmpty(world.FirstAccounts.Messages(bob));
        Assert.NotEmpty(world.SecondAccounts.Messages(bob));
    }

    [Theory]
    [InlineData("null", "556 5.1.10")]
    [InlineData("nowhere", "550 5.1.2")]
    [InlineData("empty", "550 5.4.4")]
    [InlineData("ours", "550 5.4.6")]
    [InlineData("listener", "550 5.4.6")]
    public async Task What_DNS_says_for_good_fails_at_once(string domain, string code)
    {
        await world.SendAsync($"bob@{domain}.{MxWorld.Zone}", domain);
        await world.IsToldAsync($"bob@{domain}.{MxWorld.Zone}", "Failed", code);
    }

    [Fact]
    public async Task A_server_that_fails_delays_the_mail()
    {
        await world.SendAsync($"bob@x.{NsdServer.BrokenZone}", "broken");
        await world.IsToldAsync($"bob@x.{NsdServer.BrokenZone}", "Delayed", "451 4.4.3", "SERVFAIL");
    }

    [Fact]
    public async Task A_host_with_an_IPv6_address_alone_is_tried_there()
    {
        await world.SendAsync($"bob@six.{MxWorld.Zone}", "six");
        await world.IsToldAsync($"bob@six.{MxWorld.Zone}", "Delayed", "2001:db8::25 port 25");
    }

    [Fact]
    public async Task Mail_waits_while_no_server_answers_and_goes_when_one_does()
    {
        var carl = $"carl@later.{MxWorld.Zone}";
        await world.Names.StopAsync();
        try
        {
            await world.SendAsync(carl, "later");
            await world.IsToldAsync(carl, "Delayed", "451 4.4.3", "Connection refused");
        }
        finally
        {
            await world.Names.StartAsync();
        }
        await MxWorld.ArrivesAsync(world.SecondAccounts, carl, "later");
    }
}
