using System.Net;
using System.Security.Authentication;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;
using Posthouse.Tests.Rules;

namespace Posthouse.Tests.Config;

public class WholeFileTests
{
    internal const string File = """
        [remote.lmtp]
        address = "backend.example.org"
        protocol = "lmtp"
        lookup = true
        [remote.imap]
        address = "imap.example.org"
        protocol = "imap"
        lookup = true
        [list]
        domains = ["Example.org", "example.net"]
        admins = "root:secret"
        [rule.trusted]
        any-of = [ { if = "remote-ip", eq = "10.0.0.0/8" }, { if = "authenticated-as", ne = "" } ]
        [server]
        hostname = "mx.example.org"
        greeting = "hello"
        [server.tls]
        enable = true
        timeout = "20s"
        protocols = ["TLSv1.2", "TLSv1.3"]
        [server.socket]
        backlog = 77
        [server.listener.smtp]
        bind = ["0.0.0.0:25", "[::1]:25"]
        [server.listener.submissions]
        bind = "127.0.0.1:465"
        tls.implicit = true
        [server.listener."lmtp.in"]
        bind = "127.0.0.1:24"
        protocol = "lmtp"
        socket.backlog = 5
        tls.enable = false
        [session]
        timeout = "1m"
        duration = "2m"
        transfer-limit = "3MiB"
        limits.per-ip = 4
        [session.ehlo]
        require = false
        reject-non-fqdn = false
        [session.extensions]
        pipelining = false
        chunking = false
        dsn = false
        binarymime = true
        [session.auth]
        mechanisms = [ { if = "listener", eq = "smtp", then = [] }, { else = ["plain", "login"] } ]
        lookup = "remote/imap"
        require = true
        allow-plain-text = true
        must-match-sender = true
        errors = { max = 6, wait = "7s" }
        [session.rcpt]
        relay = [ { rule = "trusted", then = true }, { else = false } ]
        max-recipients = 8
        errors = { total = 9, wait = "10s" }
        [session.rcpt.lookup]
        domains = "list/domains"
        addresses = ["list/admins", "remote/lmtp"]
        vrfy = [ { if = "authenticated-as", ne = "", then = "remote/lmtp" }, { else = false } ]
        expn = "none"
        [session.data.limits]
        messages = 11
        size = 12
        received-headers = 13
        [session.data.add-headers]
        received = false
        message-id = true
        date = false
        return-path = true
        [queue]
        path = "spool"
        [queue.schedule]
        retry = ["1m", "5m"]
        notify = "never"
        expire = "3d"
        [queue.outbound]
        next-hop = [ { if = "rcpt-domain", in-list = "list/domains", then = "lmtp" }, { else = false } ]
        [global.tracing]
        method = "log"
        path = "/var/log/posthouse"
        level = "debug"

        """;

    static readonly GatewayModel Model = ConfigText.Model(File);

    [Fact]
    public void Server_and_listeners()
    {
        Assert.Equal("mx.example.org", Model.Server.HostName);
        Assert.Equal("hello", ConfigText.Constant(Model.Server.Greeting));
        var listeners = Model.Listeners;
        Assert.Equal(["smtp", "submissions", "lmtp.in", "basis"], listeners.Select(l => l.Id));
        Assert.Equal([new IPEndPoint(IPAddress.Any, 25), new IPEndPoint(IPAddress.IPv6Loopback, 25)], listeners[0].Bind);
        Assert.Equal([ListenerProtocol.Smtp, ListenerProtocol.Smtp, ListenerProtocol.Lmtp, ListenerProtocol.Smtp], listeners.Select(l => l.Protocol));
        Assert.Equal([77, 77, 5, 77], listeners.Select(l => l.Backlog));
        Assert.Equal([false, true, null, false], listeners.Select(l => l.Tls?.Implicit));
        Assert.Equal(TimeSpan.FromSeconds(20), listeners[0].Tls!.Timeout);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, listeners[0].Tls!.Protocols);
    }

    [Fact]
    public void Without_a_certificate_TLS_has_a_self_signed_one()
    {
        var tls = Model.Listeners[0].Tls!;
        Assert.True(tls.Certificate.HasPrivateKey);
        Assert.True(tls.Certificate.MatchesHostname("mx.example.org"));
        Assert.Same(tls.Certificate, Model.Listeners[1].Tls!.Certificate);
        Assert.Contains(ConfigText.Problems(File), p => p.Contains("server.listener.smtp.tls.certificate: is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Session()
    {
        var session = Model.Session;
        Assert.Equal(TimeSpan.FromMinutes(1), ConfigText.Constant(session.Timeout));
        Assert.Equal(TimeSpan.FromMinutes(2), ConfigText.Constant(session.Duration));
        Assert.Equal(3 << 20, ConfigText.Constant(session.TransferLimit));
        Assert.Equal(4, session.PerIpLimit);
        Assert.False(ConfigText.Constant(session.Ehlo.Require));
        Assert.False(ConfigText.Constant(session.Ehlo.RejectNonFqdn!));
        Assert.False(ConfigText.Constant(session.Extensions.Pipelining));
        Assert.False(ConfigText.Constant(session.Extensions.Chunking));
        Assert.False(ConfigText.Constant(session.Extensions.Dsn));
    }

    [Fact]
    public async Task Session_auth()
    {
        var auth = Model.Session.Auth;
        Assert.Equal([], (await auth.Mechanisms.EvaluateAsync(new Subject(), CancellationToken.None)).Value);
        Assert.Equal([new LookupTarget(LookupKind.Remote, "imap")], ConfigText.Constant(auth.Lookup).Targets);
        Assert.True(ConfigText.Constant(auth.Require));
        Assert.True(ConfigText.Constant(auth.AllowPlainText));
        Assert.True(ConfigText.Constant(auth.MustMatchSender));
        Assert.Equal(6, ConfigText.Constant(auth.ErrorsTotal));
        Assert.Equal(TimeSpan.FromSeconds(7), ConfigText.Constant(auth.ErrorsWait));
    }

    [Fact]
    public async Task Session_rcpt()
    {
        var rcpt = Model.Session.Rcpt;
        Assert.True((await rcpt.Relay.EvaluateAsync(new Subject(), CancellationToken.None)).Value);
        Assert.False((await rcpt.Relay.EvaluateAsync(new Subject { RemoteIp = IPAddress.Loopback, AuthenticatedAs = "" }, CancellationToken.None)).Value);
        Assert.Equal(8, ConfigText.Constant(rcpt.MaxRecipients));
        Assert.Equal(9, ConfigText.Constant(rcpt.ErrorsTotal));
        Assert.Equal(TimeSpan.FromSeconds(10), ConfigText.Constant(rcpt.ErrorsWait));
        Assert.Equal("list/domains", Assert.Single(ConfigText.Constant(rcpt.Domains).Targets).ToString());
        Assert.Equal(["list/admins", "remote/lmtp"], ConfigText.Constant(rcpt.Addresses).Targets.Select(t => t.ToString()));
        Assert.Equal("remote/lmtp", Assert.Single((await rcpt.Vrfy.EvaluateAsync(new Subject(), CancellationToken.None)).Value.Targets).ToString());
        Assert.True((await rcpt.Vrfy.EvaluateAsync(new Subject { AuthenticatedAs = "" }, CancellationToken.None)).Value.IsNone);
        Assert.True(ConfigText.Constant(rcpt.Expn).IsNone);
    }

    [Fact]
    public void Session_data()
    {
        var data = Model.Session.Data;
        Assert.Equal(11, ConfigText.Constant(data.MaxMessages));
        Assert.Equal(12, ConfigText.Constant(data.MaxSize));
        Assert.Equal(13, ConfigText.Constant(data.MaxReceivedHeaders));
        Assert.False(ConfigText.Constant(data.AddReceived));
        Assert.True(ConfigText.Constant(data.AddMessageId!));
        Assert.False(ConfigText.Constant(data.AddDate!));
        Assert.True(ConfigText.Constant(data.AddReturnPath));
    }

    [Fact]
    public async Task Queue_lists_and_tracing()
    {
        Assert.Equal("/etc/posthouse/spool", Model.Queue.Path);
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)], ConfigText.Constant(Model.Queue.Retry));
        Assert.Empty(ConfigText.Constant(Model.Queue.Notify));
        Assert.Equal(TimeSpan.FromDays(3), ConfigText.Constant(Model.Queue.Expire));
        Assert.Equal(new Evaluation<NextHop>(NextHop.ByMx), await Model.Queue.NextHop.EvaluateAsync(new Subject(), CancellationToken.None));
        Assert.True(Model.Lists["domains"].Contains("example.ORG"));
        Assert.True(Model.Lists["admins"].Login("root").Matches("secret"u8));
        Assert.Equal(new TracingModel { Method = TracingMethod.Log, Level = "debug", Path = "/var/log/posthouse" }, Model.Tracing);
    }

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        var model = ConfigText.Model("");
        Assert.Null(model.Session.Ehlo.RejectNonFqdn);
        Assert.Null(model.Session.Data.AddDate);
        Assert.Null(model.Session.Data.AddMessageId);
        Assert.Equal("/etc/posthouse/queue", model.Queue.Path);
        Assert.Equal(7, ConfigText.Constant(model.Queue.Retry).Count);
        Assert.Equal(NextHop.ByMx, ConfigText.Constant(model.Queue.NextHop));
        Assert.Empty(model.Resolver.Addresses);
        Assert.Null(ConfigText.Constant(model.Queue.Outbound.HostName));
        Assert.Equal(StartTlsPolicy.Optional, ConfigText.Constant(model.Queue.Outbound.StartTls));
        Assert.Equal((5, 2), (ConfigText.Constant(model.Queue.Outbound.MaxExchangers), ConfigText.Constant(model.Queue.Outbound.MaxAddresses)));
        Assert.Equal("Posthouse at your service", ConfigText.Constant(model.Server.Greeting));
        Assert.Null(Assert.Single(model.Listeners).Tls);
    }

    [Fact]
    public void Delivery_by_MX()
    {
        var model = ConfigText.Model("""
            [queue.outbound]
            hostname = "out.example.org"
            ip-strategy = "ipv6-then-ipv4"
            source-ip = ["192.0.2.1", "2001:db8::1"]
            [queue.outbound.tls]
            starttls = [ { if = "mx", ends-with = ".example", then = "require" }, { else = false } ]
            [queue.outbound.limits]
            mx = 7
            multihomed = 3
            [queue.outbound.timeouts]
            connect = "1s"
            greeting = "2s"
            tls = "3s"
            ehlo = "4s"
            mail-from = "5s"
            rcpt-to = "6s"
            data = "7s"
            [resolver]
            address = "127.0.0.53"
            port = 5353
            """);
        var outbound = model.Queue.Outbound;
        Assert.Equal("out.example.org", ConfigText.Constant(outbound.HostName));
        Assert.Equal(IpStrategy.V6ThenV4, ConfigText.Constant(outbound.IpStrategy));
        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")], ConfigText.Constant(outbound.Sources));
        Assert.False(outbound.StartTls.TryGetConstant(out _));
        Assert.Equal((7, 3), (ConfigText.Constant(outbound.MaxExchangers), ConfigText.Constant(outbound.MaxAddresses)));
        var timeouts = outbound.Timeouts;
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], new[] { timeouts.Connect, timeouts.Greeting, timeouts.Tls, timeouts.Hello, timeouts.Mail, timeouts.Recipient, timeouts.Data }
            .Select(step => ConfigText.Constant(step).TotalSeconds));
        Assert.Equal((IPAddress.Parse("127.0.0.53"), 5353), (Assert.Single(model.Resolver.Addresses), model.Resolver.Port));
    }

    [Fact]
    public void Source_addresses_may_stand_by_family()
    {
        var outbound = ConfigText.Model("""
            [queue.outbound.source-ip]
            v4 = "192.0.2.1"
            v6 = ["2001:db8::1"]
            """).Queue.Outbound;
        Assert.Empty(ConfigText.Constant(outbound.Sources));
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.Single(ConfigText.Constant(outbound.SourcesV4)));
        Assert.Equal(IPAddress.Parse("2001:db8::1"), Assert.Single(ConfigText.Constant(outbound.SourcesV6)));
    }

    [Theory]
    [InlineData("example.com", DeliveryMode.CutThrough)]
    [InlineData("example.org", DeliveryMode.Queued)]
    public async Task Delivery_may_be_cut_through_by_rule(string domain, DeliveryMode expected)
    {
        var text = $$"""
            [queue]
            delivery = [ { if = "rcpt-domain", eq = "{{domain}}", then = "cut-through" }, { else = "queued" } ]
            """;

        Assert.DoesNotContain(ConfigText.Problems(text), problem => problem.Contains("queue.delivery", StringComparison.Ordinal));
        var delivery = ConfigText.Model(text).Queue.Delivery;

        Assert.Equal(expected, (await delivery.EvaluateAsync(new Subject(), TestContext.Current.CancellationToken)).Value);
        Assert.Equal(DeliveryMode.Queued, ConfigText.Constant(ConfigText.Model("").Queue.Delivery));
    }
}
