using Posthouse.Tests.Remotes.Tls;

namespace Posthouse.Tests.Config;

/// <summary>Remote hosts that are defined wrongly, or as nobody means them, as an operator sees them.</summary>
public class RemoteProblemTests
{
    public static TheoryData<string, string, string> Files { get; } = new()
    {
        {
            "addresses that are none",
            """
            [remote.b]
            address = "unix:run/lmtp"
            protocol = "lmtp"
            [remote.c]
            address = ["mail.example:0", "mail.example:65536", "mail.example:", "::1:25x"]
            protocol = "smtp"
            [remote.d]
            address = ["10.0.0.1", "010.0.0.1", 25]
            protocol = "smtp"
            [remote.e]
            address = []
            protocol = "smtp"
            """,
            """
            2:11: error: remote.b.address: must be ONE
            5:12: error: remote.c.address: must be ONE
            5:30: error: remote.c.address: must be ONE
            5:52: error: remote.c.address: must be ONE
            5:69: error: remote.c.address: must be ONE
            8:24: error: remote.d.address: must be ONE
            8:37: error: remote.d.address: must be ONE
            11:11: error: remote.e.address: must be ONE, or a list of such
            """
        },
        {
            "endpoints that cannot be",
            """
            [remote.a]
            address = ["a.example", "b.example:25", "A.example:25", "b.example:26"]
            protocol = "smtp"
            tls.implicit = false
            [remote.b]
            address = ["unix:/run/a", "unix:/run/b", "unix:/run/a"]
            protocol = "lmtp"
            tls.implicit = false
            [remote.c]
            address = ["c.example", "unix:/run/c"]
            protocol = "imap"
            """,
            """
            2:41: error: remote.a.address: is the same endpoint as one before it
            6:42: error: remote.b.address: is the same endpoint as one before it
            10:25: error: remote.c.address: a Unix socket serves smtp and lmtp, not imap
            """
        },
        {
            "TLS that cannot be",
            """
            [certificate.mine]
            cert = "abc"
            private-key = "abc"
            [remote.a]
            address = "a.example"
            protocol = "smtp"
            [remote.a.tls]
            ca = 5
            server-name = "not a name"
            pin = ["x", "sha256//AAAA"]
            certificate = "mime"
            [remote.b]
            address = "b.example"
            protocol = "smtp"
            tls = { ca = "abc", certificate = "mine" }
            [remote.c]
            address = "c.example"
            protocol = "smtp"
            tls.ca = "/nowhere/ca.pem"
            [remote.d]
            address = "d.example"
            protocol = "smtp"
            tls.ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
            """,
            """
            2:8: error: certificate.mine.cert: holds no certificate in PEM form
            8:6: error: remote.a.tls.ca: must be a PEM file's path, or PEM text
            9:15: error: remote.a.tls.server-name: must be a domain name
            10:8: error: remote.a.tls.pin: must be the SHA-256 of a public key in base64 such as "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
            10:13: error: remote.a.tls.pin: must be the SHA-256 of a public key in base64 such as "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
            11:15: error: remote.a.tls.certificate: there is no [certificate."mime"]; did you mean "mine"?
            15:14: error: remote.b.tls.ca: holds no certificate in PEM form
            19:10: error: remote.c.tls.ca: the file "/nowhere/ca.pem" cannot be read: it is not there
            23:10: error: remote.d.tls.ca: holds a damaged certificate
            """
        },
        {
            "limits, answers and clients that cannot be",
            """
            [remote.a]
            address = "a.example"
            protocol = "smtp"
            concurrency = 4
            forward-client = "imap-id"
            limits.warm = 5
            cache = { stale = "soon", refresh = "0s" }
            login = { rewrite = "upper", domains = ["a b"] }
            breaker = { failures = 0, cooldown = "0s" }
            lookup = true
            [remote.b]
            address = "b.example"
            protocol = "imap"
            forward-client = "xclient"
            [remote.c]
            address = "c.example"
            protocol = "lmtp"
            port = 2424
            forward-client = "proxyv2"
            """,
            """
            5:18: error: remote.a.forward-client: imap-id is of imap; this host may take xclient or proxy-v2
            6:15: error: remote.a.limits.warm: is more than concurrency, which is 4
            7:19: error: remote.a.cache.stale: must be a duration such as "30s"; its units are ms, s, m, h and d
            7:37: error: remote.a.cache.refresh: must be a duration above zero
            8:21: error: remote.a.login.rewrite: must be one of as-is, lower, local-part
            8:41: error: remote.a.login.domains: must be a domain name
            9:24: error: remote.a.breaker.failures: must be an integer, at least 1
            9:38: error: remote.a.breaker.cooldown: must be a duration above zero, at most "24d"
            14:18: error: remote.b.forward-client: xclient is of smtp and lmtp; an imap host may take imap-id or proxy-v2
            19:18: error: remote.c.forward-client: must be one of xclient, proxy-v2, imap-id; did you mean "proxy-v2"?
            """
        },
        {
            "TLS on ports where nobody speaks it so",
            """
            [remote.a]
            address = "a.example"
            protocol = "lmtp"
            [remote.b]
            address = ["b.example:25", "c.example:465"]
            protocol = "smtp"
            tls.implicit = true
            [remote.d]
            address = ["d.example:143", "e.example:993"]
            protocol = "imap"
            tls.implicit = false
            [remote.f]
            address = "unix:/run/lmtp"
            protocol = "lmtp"
            """,
            """
            1:9: warning: remote.a.tls.implicit: TLS from the first octet on port 24, where hosts begin in clear text: tls.implicit = false asks for STARTTLS
            7:16: warning: remote.b.tls.implicit: TLS from the first octet on port 25, where hosts begin in clear text: tls.implicit = false asks for STARTTLS
            11:16: warning: remote.d.tls.implicit: clear text on port 993, where hosts speak TLS from the first octet: tls.implicit = true says so
            12:9: warning: remote.f.tls.implicit: TLS from the first octet on a Unix socket, where hosts speak clear text: tls.implicit = false says so
            """
        },
        {
            "logins and mail in clear text over a network",
            """
            [remote.a]
            address = ["localhost", "a.example"]
            protocol = "smtp"
            auth = { username = "u", secret = "hunter2" }
            tls = { implicit = false, starttls = "disable" }
            [remote.b]
            address = "10.0.0.1"
            protocol = "imap"
            lookup = true
            tls = { implicit = false, starttls = "disable" }
            [remote.c]
            address = ["127.0.0.1", "[::1]:143", "localhost:1143"]
            protocol = "imap"
            lookup = true
            tls = { implicit = false, starttls = "disable" }
            [remote.d]
            address = "d.example"
            protocol = "smtp"
            tls = { implicit = false, starttls = "disable" }
            """,
            """
            5:38: warning: remote.a.tls.starttls: logins go over the network in clear text, for anyone on the way to read
            10:38: warning: remote.b.tls.starttls: logins go over the network in clear text, for anyone on the way to read
            19:38: warning: remote.d.tls.starttls: mail goes over the network in clear text, for anyone on the way to read
            """
        },
        {
            "keys of no effect",
            """
            [remote.a]
            address = "a.example"
            protocol = "smtp"
            tls.starttls = "require"
            cache.ttl.positive = "2d"
            cache.ttl.negative = "2h"
            [remote.b]
            address = "b.example"
            protocol = "imap"
            tls = { implicit = false, starttls = "require" }
            lookup = true
            cache.ttl.positive = "2d"
            """,
            """
            4:16: warning: remote.a.tls.starttls: is of no effect beside tls.implicit, which is true: TLS begins with the first octet
            5:22: warning: remote.a.cache.ttl.positive: is of no effect: nothing is asked of this host while lookup is false
            """
        },
        {
            "answers that are never asked again",
            """
            [remote.a]
            address = "a.example"
            protocol = "imap"
            cache = { ttl.positive = "1h", refresh = "1h" }
            lookup = true
            [remote.b]
            address = "b.example"
            protocol = "imap"
            cache = { ttl.positive = "1h", refresh = "59m" }
            lookup = true
            [remote.c]
            address = "c.example"
            protocol = "imap"
            cache = { ttl.positive = "1h", refresh = "never" }
            lookup = true
            """,
            """
            4:42: warning: remote.a.cache.refresh: nothing is ever asked again: no answer is older than cache.ttl.positive, after which it is gone
            """
        },
        {
            "certificates that anyone may show",
            """
            [remote.a]
            address = "a.example"
            protocol = "imap"
            tls.allow-invalid-certs = true
            [remote.b]
            address = "b.example"
            protocol = "imap"
            tls = { allow-invalid-certs = true, pin = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
            """,
            """
            4:27: warning: remote.a.tls.allow-invalid-certs: accepts any certificate, so anyone on the way can pose as this host and read what is sent to it
            8:31: warning: remote.b.tls.allow-invalid-certs: accepts any certificate whose key is one of tls.pin
            """
        },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_problem_has_its_place_its_key_and_a_reason(string about, string text, string problems)
    {
        Assert.NotEmpty(about);
        Assert.Equal(problems.Replace("ONE", OneEndpoint, StringComparison.Ordinal).Split('\n'), ConfigText.Problems(text));
    }

    [Fact]
    public void What_any_certificate_makes_useless_is_named()
    {
        using var authority = new TestAuthority();
        var pem = authority.Trusted.Certificates[0].ExportCertificatePem().ReplaceLineEndings("\\n");
        var text = $"""
            [remote.a]
            address = "a.example"
            protocol = "imap"
            [remote.a.tls]
            ca = "{pem}"
            server-name = "mail.example"
            [remote.b]
            address = "b.example"
            protocol = "imap"
            [remote.b.tls]
            allow-invalid-certs = true
            ca = "{pem}"
            server-name = "mail.example"
            """;
        Assert.Equal(
            [
                "11:23: warning: remote.b.tls.allow-invalid-certs: accepts any certificate, so anyone on the way can pose as this host and read what is sent to it",
                "12:6: warning: remote.b.tls.ca: is of no effect beside tls.allow-invalid-certs, which accepts any certificate",
                "13:15: warning: remote.b.tls.server-name: is said to the host and not looked for in its certificate: tls.allow-invalid-certs accepts any",
            ], ConfigText.Problems(text));
    }

    const string OneEndpoint = "a host such as \"mail.example\", \"mail.example:25\" or \"unix:/run/lmtp\"";
}
