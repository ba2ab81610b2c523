using System.Net;
using System.Net.Sockets;
using Posthouse.Gateway.Exchangers;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Resolving;
using Posthouse.Remotes.Answers;

namespace Posthouse.Tests.Exchangers;

public class RouteFinderTests
{
    readonly FakeDns _dns = new();

    [Fact]
    public async Task Exchangers_are_tried_by_preference()
    {
        _dns.Mx("a.example", (30, "c.mx"), (10, "a.mx"), (20, "b.mx")).Host("a.mx", "192.0.2.1").Host("b.mx", "192.0.2.2").Host("c.mx", "192.0.2.3");
        Assert.Equal("a.mx 192.0.2.1, b.mx 192.0.2.2, c.mx 192.0.2.3", await FindAsync());
    }

    [Fact]
    public async Task Those_of_equal_preference_come_in_any_order_and_stay_before_the_next()
    {
        _dns.Mx("a.example", (20, "z.mx"), (10, "a.mx"), (10, "b.mx")).Host("a.mx", "192.0.2.1").Host("b.mx", "192.0.2.2").Host("z.mx", "192.0.2.9");
        var orders = new HashSet<string>();
        for (var seed = 0; seed < 50; seed++)
            orders.Add(await FindAsync(seed: seed));
        Assert.Equal(["a.mx 192.0.2.1, b.mx 192.0.2.2, z.mx 192.0.2.9", "b.mx 192.0.2.2, a.mx 192.0.2.1, z.mx 192.0.2.9"], orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_domain_without_MX_is_its_own_exchanger()
    {
        _dns.NoMx("a.example", DnsFinding.Empty).Host("a.example", "192.0.2.1");
        Assert.Equal("a.example 192.0.2.1", await FindAsync());
    }

    [Theory]
    [InlineData("NoSuchName", Disposition.Permanent, Blame.Host, "550 5.1.2 there is no domain a.example")]
    [InlineData("Unavailable", Disposition.Temporary, Blame.Transport, "451 4.4.3 DNS does not tell the mail exchangers of a.example: SERVFAIL")]
    [InlineData("Empty", Disposition.Permanent, Blame.Host, "550 5.4.4 no mail exchanger of a.example has an address")]
    public async Task What_DNS_does_not_have_is_final_and_what_it_does_not_tell_is_not(string finding, Disposition disposition, Blame blame, string reply)
    {
        _dns.NoMx("a.example", Enum.Parse<DnsFinding>(finding));
        AssertFails(await RouteAsync(), disposition, blame, reply);
    }

    [Fact]
    public async Task A_null_MX_is_final()
    {
        _dns.Mx("a.example", (0, "")).Host("a.example", "192.0.2.1");
        AssertFails(await RouteAsync(), Disposition.Permanent, Blame.Host, "556 5.1.10 the domain a.example takes no mail (null MX)");
    }

    [Fact]
    public async Task A_null_MX_beside_others_says_nothing()
    {
        _dns.Mx("a.example", (0, ""), (10, "a.mx")).Host("a.mx", "192.0.2.1");
        Assert.Equal("a.mx 192.0.2.1", await FindAsync());
    }

    [Theory]
    [InlineData("post.example", "better.mx 192.0.2.1")]
    [InlineData("POST.example", "better.mx 192.0.2.1")]
    [InlineData("out.example", "better.mx 192.0.2.1")]
    [InlineData("other.example", "better.mx 192.0.2.1, equal.mx 192.0.2.3, other.example 192.0.2.2, worse.mx 192.0.2.4")]
    public async Task Where_an_exchanger_bears_our_name_only_those_preferred_to_it_are_tried(string second, string route)
    {
        _dns.Mx("a.example", (10, "better.mx"), (20, second), (20, "equal.mx"), (30, "worse.mx"))
            .Host("better.mx", "192.0.2.1").Host(second, "192.0.2.2").Host("equal.mx", "192.0.2.3").Host("worse.mx", "192.0.2.4");
        var found = (await RouteAsync(Terms with { HostName = "out.example" })).Destinations;
        Assert.Equal(route, Text(found.OrderBy(each => each.Host)));
    }

    [Theory]
    [InlineData("203.0.113.7:25", true)]
    [InlineData("203.0.113.7:587", false)]
    [InlineData("203.0.113.8:25", false)]
    [InlineData("0.0.0.0:25", false)]
    public async Task Mail_whose_best_exchanger_listens_where_we_do_is_a_loop(string listener, bool isLoop)
    {
        _dns.Mx("a.example", (10, "a.mx"), (20, "b.mx")).Host("a.mx", "203.0.113.7").Host("b.mx", "203.0.113.2");
        var route = await RouteAsync(model: TestModel.Of(null, IPEndPoint.Parse(listener)));
        if (isLoop)
            AssertFails(route, Disposition.Permanent, Blame.Host, "550 5.4.6 mail for a.example would come back here: this gateway is its best mail exchanger");
        else
            Assert.Equal("a.mx 203.0.113.7, b.mx 203.0.113.2", Text(route.Destinations));
    }

    [Theory]
    [InlineData("127.0.0.9", "0.0.0.0:25")]
    [InlineData("127.0.0.9", "[::]:25")]
    [InlineData("::1", "[::]:25")]
    public async Task A_listener_on_every_address_listens_on_each_of_this_machine(string address, string listener)
    {
        _dns.NoMx("a.example", DnsFinding.Empty).Host("a.example", address);
        AssertFails(await RouteAsync(model: TestModel.Of(null, IPEndPoint.Parse(listener))), Disposition.Permanent, Blame.Host,
            "550 5.4.6 mail for a.example would come back here: this gateway is its best mail exchanger");
    }

    [Fact]
    public async Task The_limits_bound_hosts_and_addresses()
    {
        _dns.Mx("a.example", (1, "nowhere.mx"), (2, "b.mx"), (3, "c.mx"), (4, "d.mx"))
            .Host("b.mx", "192.0.2.1", "192.0.2.2", "192.0.2.3").Host("c.mx", "192.0.2.4").Host("d.mx", "192.0.2.5");
        Assert.Equal("b.mx 192.0.2.1, b.mx 192.0.2.2, c.mx 192.0.2.4", await FindAsync(Terms with { MaxHosts = 2, MaxAddresses = 2 }));
    }

    [Fact]
    public async Task A_domain_of_many_exchangers_has_us_ask_for_twenty()
    {
        _dns.Mx("a.example", [.. Enumerable.Range(0, 64).Select(i => (i, $"m{i}.mx"))]);
        for (var i = 0; i < 64; i++)
            _dns.Host($"m{i}.mx", $"192.0.2.{i + 1}");
        Assert.Equal(20, (await RouteAsync(Terms with { MaxHosts = 1000 })).Destinations.Count);
    }

    [Theory]
    [InlineData(IpStrategy.V4ThenV6, "a.mx 192.0.2.1, a.mx 2001:db8::1")]
    [InlineData(IpStrategy.V6ThenV4, "a.mx 2001:db8::1, a.mx 192.0.2.1")]
    [InlineData(IpStrategy.V4Only, "a.mx 192.0.2.1")]
    [InlineData(IpStrategy.V6Only, "a.mx 2001:db8::1")]
    public async Task The_strategy_says_which_family_comes_first(IpStrategy strategy, string route)
    {
        _dns.Mx("a.example", (10, "a.mx")).Host("a.mx", "2001:db8::1", "192.0.2.1");
        Assert.Equal(route, await FindAsync(Terms with { Strategy = strategy }));
    }

    [Fact]
    public async Task A_host_of_the_other_family_alone_is_our_own_restriction_and_never_a_bounce()
    {
        _dns.Mx("a.example", (10, "a.mx")).Host("a.mx", "2001:db8::1");
        Assert.Equal("a.mx 2001:db8::1", await FindAsync());
        AssertFails(await RouteAsync(Terms with { Strategy = IpStrategy.V4Only }), Disposition.Temporary, Blame.Definition,
            "451 4.4.4 no mail exchanger of a.example has an address of the family that queue.outbound.ip-strategy allows");
    }

    [Fact]
    public async Task A_family_that_DNS_does_not_tell_does_not_keep_the_other_from_serving()
    {
        _dns.Mx("a.example", (10, "a.mx")).Host("a.mx", "192.0.2.1").Fails("a.mx", AddressFamily.InterNetworkV6);
        Assert.Equal("a.mx 192.0.2.1", await FindAsync());
    }

    [Fact]
    public async Task Where_no_address_is_known_and_one_may_exist_the_mail_waits()
    {
        _dns.Mx("a.example", (10, "a.mx"), (20, "nowhere.mx")).Fails("a.mx", AddressFamily.InterNetwork).Fails("a.mx", AddressFamily.InterNetworkV6);
        AssertFails(await RouteAsync(), Disposition.Temporary, Blame.Transport, "451 4.4.3 DNS does not tell the address of a mail exchanger of a.example: a.mx: SERVFAIL");
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    public async Task An_address_that_can_be_no_hosts_is_none(string address)
    {
        _dns.Mx("a.example", (10, "a.mx")).Host("a.mx", address);
        AssertFails(await RouteAsync(), Disposition.Permanent, Blame.Host, "550 5.4.4 no mail exchanger of a.example has an address");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    public async Task A_strangers_record_does_not_lead_to_this_machine_or_its_link_but_a_zone_of_our_own_may(string address)
    {
        _dns.Mx("a.example", (10, "a.mx")).Host("a.mx", address);
        AssertFails(await RouteAsync(), Disposition.Permanent, Blame.Host, "550 5.4.4 no mail exchanger of a.example has an address");
        Assert.Equal($"a.mx {address}", Text((await RouteAsync(model: TestModel.Of() with { Resolver = MxFixture.OwnZone })).Destinations));
        AssertFails(await RouteAsync(model: TestModel.Of() with { Resolver = new([IPAddress.Loopback], 53) }), Disposition.Permanent, Blame.Host,
            "550 5.4.4 no mail exchanger of a.example has an address");
    }

    [Theory]
    [InlineData("[127.0.0.1]")]
    [InlineData("[127.255.255.254]")]
    [InlineData("[169.254.169.254]")]
    [InlineData("[0.0.0.0]")]
    [InlineData("[224.0.0.1]")]
    [InlineData("[255.255.255.255]")]
    [InlineData("[IPv6:::1]")]
    [InlineData("[IPv6:::]")]
    [InlineData("[IPv6:fe80::1]")]
    [InlineData("[IPv6:ff02::1]")]
    [InlineData("[IPv6:127.0.0.1]")]
    [InlineData("[IPv6:::ffff:127.0.0.1]")]
    [InlineData("[IPv6:::ffff:192.0.2.1]")]
    [InlineData("[IPv6:::127.0.0.1]")]
    [InlineData("[IPv6:2002:7f00:1::1]")]
    [InlineData("[IPv6:64:ff9b::127.0.0.1]")]
    public async Task Nor_does_an_address_literal(string domain) =>
        AssertFails(await RouteAsync(domain: domain), Disposition.Permanent, Blame.Host, $"550 5.1.2 no mail can go to {domain}");

    [Theory]
    [InlineData("[127.0.0.1]")]
    [InlineData("[IPv6:::1]")]
    [InlineData("[IPv6:fe80::1]")]
    public async Task An_address_literal_may_be_of_this_machine_where_the_zone_is_our_own(string domain) =>
        Assert.Equal(domain, Assert.Single((await RouteAsync(domain: domain, model: TestModel.Of() with { Resolver = MxFixture.OwnZone })).Destinations).Host);

    [Theory]
    [InlineData("[IPv6:::ffff:127.0.0.1]")]
    [InlineData("[IPv6:::127.0.0.1]")]
    [InlineData("[IPv6:64:ff9b::127.0.0.1]")]
    public async Task But_not_in_the_guise_of_another(string domain) =>
        AssertFails(await RouteAsync(domain: domain, model: TestModel.Of() with { Resolver = MxFixture.OwnZone }), Disposition.Permanent, Blame.Host,
            $"550 5.1.2 no mail can go to {domain}");

    [Theory]
    [InlineData("2002:c000:201::1")]
    [InlineData("64:ff9b::c000:201")]
    public async Task An_address_of_6to4_or_NAT64_that_leads_elsewhere_serves(string address) =>
        Assert.Equal(IPAddress.Parse(address), Assert.Single((await RouteAsync(domain: $"[IPv6:{address}]")).Destinations).Address);

    [Fact]
    public async Task A_route_tells_whether_it_leaves_out_an_exchanger()
    {
        _dns.Mx("a.example", (1, "a.mx"), (2, "b.mx"), (3, "nowhere.mx")).Host("a.mx", "192.0.2.1").Host("b.mx", "192.0.2.2", "192.0.2.3");
        Assert.False((await RouteAsync(Terms with { MaxHosts = 2, MaxAddresses = 1 })).LeavesOut);
        Assert.True((await RouteAsync(Terms with { MaxHosts = 1 })).LeavesOut);
        Assert.True((await RouteAsync(Terms with { Strategy = IpStrategy.V4Only })).LeavesOut);
        _dns.Fails("nowhere.mx", AddressFamily.InterNetwork);
        Assert.True((await RouteAsync()).LeavesOut);
    }

    [Fact]
    public async Task A_domain_whose_MX_records_all_make_no_sense_is_not_its_own_exchanger()
    {
        _dns.NoMx("a.example", DnsFinding.Senseless).Host("a.example", "192.0.2.1");
        AssertFails(await RouteAsync(), Disposition.Permanent, Blame.Host, "550 5.4.4 no mail exchanger of a.example has a host name");
    }

    [Theory]
    [InlineData("[192.0.2.1]", "[192.0.2.1] 192.0.2.1")]
    [InlineData("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1] 2001:db8::1")]
    public async Task Mail_to_an_address_goes_there_without_DNS(string domain, string route)
    {
        Assert.Equal(route, Text((await RouteAsync(domain: domain)).Destinations));
        Assert.Empty(_dns.Asked);
    }

    [Fact]
    public async Task Mail_to_an_address_of_ours_is_a_loop_and_to_nobodys_is_never_sent()
    {
        AssertFails(await RouteAsync(domain: "[192.0.2.7]", model: TestModel.Of(null, IPEndPoint.Parse("192.0.2.7:25"))), Disposition.Permanent, Blame.Host,
            "550 5.4.6 mail for [192.0.2.7] would come back here: this gateway is its best mail exchanger");
        AssertFails(await RouteAsync(domain: "[0.0.0.0]"), Disposition.Permanent, Blame.Host, "550 5.1.2 no mail can go to [0.0.0.0]");
    }

    [Fact]
    public async Task A_domain_in_UTF_8_is_looked_up_by_its_ASCII_form()
    {
        _dns.Mx("xn--bcher-kva.example", (10, "a.mx")).Host("a.mx", "192.0.2.1");
        Assert.Equal("a.mx 192.0.2.1", Text((await RouteAsync(domain: "bücher.example")).Destinations));
    }

    [Fact]
    public async Task A_host_that_is_named_twice_is_tried_once()
    {
        _dns.Mx("a.example", (10, "a.mx"), (10, "a.mx")).Host("a.mx", "192.0.2.1");
        Assert.Equal("a.mx 192.0.2.1", await FindAsync());
    }

    static RouteTerms Terms { get; } = new(TestModel.HostName, IpStrategy.V4ThenV6, MaxHosts: 5, MaxAddresses: 2);

    async Task<string> FindAsync(RouteTerms? terms = null, int seed = 1) => Text((await RouteAsync(terms, seed: seed)).Destinations);

    Task<MailRoute> RouteAsync(RouteTerms? terms = null, string domain = "a.example", GatewayModel? model = null, int seed = 1) =>
        new RouteFinder(_dns, new OwnPlaces(() => model ?? TestModel.Of(), 25, TimeProvider.System), new Random(seed))
            .FindAsync(domain, terms ?? Terms, TestContext.Current.CancellationToken);

    static string Text(IEnumerable<Destination> route) => string.Join(", ", route.Select(each => $"{each.Host} {each.Address}"));

    static void AssertFails(MailRoute route, Disposition disposition, Blame blame, string reply) =>
        Assert.Equal((0, disposition, blame, reply), (route.Destinations.Count, route.Failure!.Disposition, route.Failure.Blame, route.Failure.Reply.ToString()));
}
