using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Config;

/// <summary>The example of the requirement, word by word.</summary>
public class SeedExampleTests
{
    internal const string Example = """
        [remote."lmtp"]
        address = "localhost"
        port = 24
        protocol = "lmtp"
        concurrency = 10
        timeout = "1m"
        lookup = true
        [remote."lmtp".cache]
        entries = 1000
        ttl = {positive = "1d", negative = "1h"}
        [remote."lmtp".tls]
        implicit = false
        allow-invalid-certs = true
        [remote."lmtp".auth]
        username = "relay_server"
        secret = "123456"
        [remote."lmtp".limits]
        errors = 3
        requests = 50
        [remote."imap"]
        address = "mail.mydomain.org"
        port = 143
        protocol = "imap"
        concurrency = 10
        timeout = "1m"
        lookup = true
        [remote."imap".cache]
        entries = 1000
        ttl = {positive = "1d", negative = "1h"}
        [remote."imap".tls]
        implicit = false
        allow-invalid-certs = true

        """;

    [Fact]
    public void Gives_both_hosts()
    {
        var remotes = ConfigText.Model(Example).Remotes;
        var lmtp = new RemoteHostOptions
        {
            Id = "lmtp",
            Address = "localhost",
            Port = 24,
            Protocol = RemoteProtocol.Lmtp,
            Concurrency = 10,
            Timeout = TimeSpan.FromMinutes(1),
            Lookup = true,
            HelloName = "mx.example.org",
            Tls = new RemoteTlsOptions { Implicit = false, AllowInvalidCerts = true },
            Auth = new RemoteAuthOptions("relay_server", "123456"),
            Limits = new RemoteLimits { Errors = 3, Requests = 50 },
            Cache = new RemoteCacheOptions { Entries = 1000, Positive = TimeSpan.FromDays(1), Negative = TimeSpan.FromHours(1) },
        };
        Assert.Equal([lmtp, lmtp with { Id = "imap", Address = "mail.mydomain.org", Port = 143, Protocol = RemoteProtocol.Imap, Auth = null }], remotes);
    }

    [Fact]
    public void Has_nothing_to_report_but_that_certificates_are_not_checked() => Assert.Equal(
        [
            "13:23: warning: remote.\"lmtp\".tls.allow-invalid-certs: accepts any certificate, so anyone on the way can pose as this host and read what is sent to it",
            "32:23: warning: remote.\"imap\".tls.allow-invalid-certs: accepts any certificate, so anyone on the way can pose as this host and read what is sent to it",
        ],
        ConfigText.Problems(Example));

    [Fact]
    public void Loads_alone_with_warnings()
    {
        var result = ConfigText.Parse(Example);
        Assert.NotNull(result.Model);
        Assert.Equal(["server.hostname", "server.listener"], result.Problems.Select(p => p.Key).Take(2));
        Assert.DoesNotContain(result.Problems, p => p.IsError);
    }

    [Fact]
    public void A_host_with_nothing_but_what_is_required_has_the_defaults_of_the_product()
    {
        var remote = Assert.Single(ConfigText.Model("[remote.a]\naddress = \"a.example\"\nprotocol = \"smtp\"\n").Remotes);
        Assert.Equal(new RemoteHostOptions { Id = "a", Address = "a.example", Protocol = RemoteProtocol.Smtp, HelloName = "mx.example.org" }, remote);
    }

    [Fact]
    public void Every_key_of_a_host_reaches_its_own_place()
    {
        var remote = Assert.Single(ConfigText.Model("""
            [remote."mx.example"]
            address = "[2001:db8::1]"
            protocol = "SMTP"
            port = 2525
            concurrency = 3
            timeout = "4s"
            tls = { starttls = "optional", implicit = false }
            auth = { username = "u", secret = "s" }
            limits = { errors = 5, requests = 6, idle = "7s", age = "8s" }
            cache = { entries = 9, ttl = { positive = "10s", negative = "11s", login-negative = "12s" } }
            timeouts = { command = "13s", data = "14s", dot = "15s" }
            """).Remotes);
        Assert.Equal(
            new RemoteHostOptions
            {
                Id = "mx.example",
                Address = "2001:db8::1",
                Protocol = RemoteProtocol.Smtp,
                Port = 2525,
                Concurrency = 3,
                Timeout = TimeSpan.FromSeconds(4),
                HelloName = "mx.example.org",
                Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Optional },
                Auth = new RemoteAuthOptions("u", "s"),
                Limits = new RemoteLimits { Errors = 5, Requests = 6, Idle = TimeSpan.FromSeconds(7), Age = TimeSpan.FromSeconds(8) },
                Cache = new RemoteCacheOptions
                {
                    Entries = 9,
                    Positive = TimeSpan.FromSeconds(10),
                    Negative = TimeSpan.FromSeconds(11),
                    LoginNegative = TimeSpan.FromSeconds(12),
                },
                Timeouts = new RemoteTimeouts { Command = TimeSpan.FromSeconds(13), Data = TimeSpan.FromSeconds(14), Dot = TimeSpan.FromSeconds(15) },
            },
            remote);
    }
}
