using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Resolving;

namespace Posthouse.Tests.Resolving;

public class MailDnsTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Questions_go_by_TCP_however_often_the_server_hangs_up()
    {
        await using var server = new NameServerDouble { Answers = [NameServerDouble.Address("192.0.2.1", ttl: 0)] };
        var dns = new MailDns(() => server.Model, TimeProvider.System);
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => dns.FindAddressesAsync($"{i}.example", AddressFamily.InterNetwork, Token)));
            Assert.All(answers, answer => Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.Single(answer.Records)));
        }
        Assert.Equal(0, server.ByUdp);
        Assert.Equal(15, server.ByTcp);
    }

    [Fact]
    public async Task A_server_without_TCP_is_asked_by_UDP()
    {
        await using var server = new NameServerDouble(hasTcp: false) { Answers = [NameServerDouble.Mx(10, "a.mx")] };
        var answer = await new MailDns(() => server.Model, TimeProvider.System).FindExchangersAsync("a.example", Token);
        Assert.Equal(new ExchangerRecord(10, "a.mx"), Assert.Single(answer.Records));
        Assert.Equal(1, server.ByUdp);
    }

    [Fact]
    public async Task Exchangers_come_in_lower_case_and_what_is_no_host_name_is_left_out()
    {
        await using var server = new NameServerDouble
        {
            Answers = [NameServerDouble.Mx(10, "A.MX", ttl: 30), NameServerDouble.Mx(20, "b c.mx"), NameServerDouble.Mx(30, "d\r\nRCPT.mx"), NameServerDouble.Mx(40, "-.mx"), NameServerDouble.Mx(0, "")],
        };
        var answer = await new MailDns(() => server.Model, TimeProvider.System).FindExchangersAsync("a.example", Token);
        Assert.Equal([new ExchangerRecord(10, "a.mx"), new ExchangerRecord(0, "")], answer.Records);
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Life);
    }

    [Fact]
    public async Task An_answer_of_very_many_records_is_cut_behind_the_preferred_ones()
    {
        await using var server = new NameServerDouble { Answers = [.. Enumerable.Range(0, 200).Select(i => NameServerDouble.Mx(200 - i, $"m{i}.mx"))] };
        var answer = await new MailDns(() => server.Model, TimeProvider.System).FindExchangersAsync("a.example", Token);
        Assert.Equal(Enumerable.Range(1, NameServerClient.MaxRecords), answer.Records.Select(static record => record.Preference).Order());
    }

    [Fact]
    public async Task Exchangers_of_which_none_is_a_host_name_are_not_none_at_all()
    {
        await using var server = new NameServerDouble { Answers = [NameServerDouble.Mx(10, "b c.mx"), NameServerDouble.Mx(20, "-.mx")] };
        var answer = await new MailDns(() => server.Model, TimeProvider.System).FindExchangersAsync("a.example", Token);
        Assert.Equal((DnsFinding.Senseless, 0), (answer.Finding, answer.Records.Count));
    }

    [Theory]
    [InlineData(0x8180, true, "Empty", 20)]
    [InlineData(0x8500, true, "Empty", 20)]
    [InlineData(0x8180, false, "Empty", 0)]
    [InlineData(0x8183, true, "NoSuchName", 20)]
    [InlineData(0x8183, false, "NoSuchName", 0)]
    [InlineData(0x8100, false, "Unavailable", 10)]
    [InlineData(0x8103, false, "Unavailable", 10)]
    [InlineData(0x8182, false, "Unavailable", 10)]
    [InlineData(0x8185, true, "Unavailable", 10)]
    public async Task What_is_not_there_is_told_from_what_is_not_known(int flags, bool hasSoa, string finding, int seconds)
    {
        await using var server = new NameServerDouble { Flags = (ushort)flags, Authorities = hasSoa ? [NameServerDouble.Soa(ttl: 90, minimum: 20)] : [] };
        var answer = await new MailDns(() => server.Model, TimeProvider.System).FindExchangersAsync("a.example", Token);
        Assert.Equal((Enum.Parse<DnsFinding>(finding), TimeSpan.FromSeconds(seconds)), (answer.Finding, answer.Life));
    }

    [Theory]
    [InlineData(true, 1_000_000, 86_400)]
    [InlineData(false, 1_000_000, 3_600)]
    public async Task No_answer_is_kept_longer_than_is_sensible(bool isThere, int ttl, int seconds)
    {
        await using var server = new NameServerDouble
        {
            Answers = isThere ? [NameServerDouble.Mx(10, "a.mx", ttl)] : [],
            Authorities = isThere ? [] : [NameServerDouble.Soa(ttl, ttl)],
        };
        var answer = await new MailDns(() => server.Model, TimeProvider.System).FindExchangersAsync("a.example", Token);
        Assert.Equal(TimeSpan.FromSeconds(seconds), answer.Life);
    }

    [Fact]
    public async Task The_next_server_is_asked_where_the_first_fails()
    {
        await using var good = new NameServerDouble { Answers = [NameServerDouble.Mx(10, "a.mx")] };
        // Nobody is at the first address on this port.
        var both = good.Model with { Addresses = [IPAddress.Parse("127.0.0.99"), IPAddress.Loopback] };
        var answer = await new MailDns(() => both, TimeProvider.System).FindExchangersAsync("a.example", Token);
        Assert.Equal(DnsFinding.Found, answer.Finding);
    }

    [Fact]
    public async Task A_second_question_is_answered_from_the_cache_until_its_time_is_up()
    {
        await using var server = new NameServerDouble { Answers = [NameServerDouble.Mx(10, "a.mx", ttl: 60)] };
        var time = new FakeTimeProvider();
        var dns = new MailDns(() => server.Model, time);
        await dns.FindExchangersAsync("a.example", Token);
        await dns.FindExchangersAsync("a.example", Token);
        Assert.Equal(1, server.ByTcp);
        time.Advance(TimeSpan.FromSeconds(60));
        await dns.FindExchangersAsync("a.example", Token);
        Assert.Equal(2, server.ByTcp);
    }
}
