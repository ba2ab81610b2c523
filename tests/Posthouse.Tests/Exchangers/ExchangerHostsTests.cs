using System.Net;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Exchangers;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Tests.Remotes;

namespace Posthouse.Tests.Exchangers;

public class ExchangerHostsTests
{
    [Fact]
    public async Task Exchangers_that_rest_are_bounded_in_number_and_in_time()
    {
        var time = new FakeTimeProvider();
        await using var hosts = new ExchangerHosts(new RemoteHostServices { Time = time, Dialler = new NobodyThere() });
        for (var i = 0; i < ExchangerHosts.MostResting + 10; i++)
            await SendAsync(hosts, $"mx{i}.example");
        Assert.Equal(ExchangerHosts.MostResting, hosts.Count);
        time.Advance(ExchangerHosts.LongestRest);
        Assert.Equal(0, hosts.Count);
    }

    [Fact]
    public async Task An_exchanger_that_is_used_again_has_its_rest_anew()
    {
        var time = new FakeTimeProvider();
        await using var hosts = new ExchangerHosts(new RemoteHostServices { Time = time, Dialler = new NobodyThere() });
        await SendAsync(hosts, "old.example");
        time.Advance(ExchangerHosts.LongestRest * 0.75);
        await SendAsync(hosts, "old.example");
        time.Advance(ExchangerHosts.LongestRest * 0.75);
        Assert.Equal(1, hosts.Count);
        time.Advance(ExchangerHosts.LongestRest);
        Assert.Equal(0, hosts.Count);
    }

    [Fact]
    public async Task An_exchanger_in_use_does_not_go_however_long_it_takes()
    {
        var time = new FakeTimeProvider();
        var gate = new TaskCompletionSource();
        await using var hosts = new ExchangerHosts(new RemoteHostServices { Time = time, Dialler = new NobodyThere(gate.Task) });
        var sending = SendAsync(hosts, "slow.example");
        time.Advance(ExchangerHosts.LongestRest * 1.5);
        Assert.Equal(1, hosts.Count);
        gate.SetResult();
        Assert.Equal(Disposition.Temporary, Assert.Single((await sending).Outcomes).Disposition);
    }

    static Task<RelayResult> SendAsync(ExchangerHosts hosts, string name) => hosts.RelayAsync(
        new MailExchangerOptions { Name = name, Address = IPAddress.Parse("192.0.2.1"), HelloName = "post.example" },
        SandboxedHost.Request("Subject: x\r\n\r\n", "bob@a.example"),
        TestContext.Current.CancellationToken);
}
