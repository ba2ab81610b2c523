namespace Posthouse.Tests.Config;

/// <summary>Names that lead nowhere and settings that cannot work, as an operator sees them.</summary>
public class ReferenceProblemTests
{
    public static TheoryData<string, string, string> Files { get; } = new()
    {
        {
            "lookups that cannot answer",
            """
            [remote.a]
            address = "a"
            protocol = "smtp"
            [remote.i]
            address = "i"
            protocol = "imap"
            lookup = true
            [session.rcpt]
            lookup = { domains = "remote/i", addresses = "remote/a", vrfy = "remote/i", expn = "remote/b" }
            [session.auth]
            lookup = ["remote/i", "remote/a"]
            [queue.outbound]
            next-hop = "i"
            """,
            """
            9:22: error: session.rcpt.lookup.domains: a remote host knows mailboxes, not domains; name a list such as "list/domains" in place of "remote/i"
            9:46: error: session.rcpt.lookup.addresses: remote "a" has lookup = false; set it to true to ask the host
            9:65: error: session.rcpt.lookup.vrfy: remote "i" speaks IMAP, which answers logins only
            9:84: error: session.rcpt.lookup.expn: there is no [remote."b"]
            11:23: error: session.auth.lookup: remote "a" has lookup = false; set it to true to ask the host
            13:12: error: queue.outbound.next-hop: remote "i" speaks IMAP, which takes no mail
            """
        },
        {
            "what no lookup = true can mend",
            """
            [remote.i]
            address = "i"
            protocol = "imap"
            [remote.s]
            address = "s"
            protocol = "smtp"
            [session.rcpt.lookup]
            domains = "remote/s"
            addresses = "remote/i"
            """,
            """
            8:11: error: session.rcpt.lookup.domains: a remote host knows mailboxes, not domains; name a list such as "list/domains" in place of "remote/s"
            9:13: error: session.rcpt.lookup.addresses: remote "i" speaks IMAP, which answers logins only
            """
        },
        {
            "a list that is not there",
            """
            [remote.i]
            address = "i"
            protocol = "imap"
            lookup = true
            [session.auth]
            lookup = ["list/users", "remote/i"]
            [list]
            user = ["a"]
            """,
            """
            6:11: error: session.auth.lookup: there is no list "users" in [list]; did you mean "user"?
            """
        },
        {
            "a ladder of logins",
            """
            [list]
            users = ["a:b"]
            [remote.i]
            address = "i"
            protocol = "imap"
            lookup = true
            [session.auth]
            lookup = ["list/users", "remote/i"]
            """,
            """
            8:10: error: session.auth.lookup: a ladder of logins needs login.domains in [remote."i"], or a password would be shown to the next host
            """
        },
        {
            "a ladder of logins whose remotes say whose they serve, all but one",
            """
            [list]
            users = ["a:b"]
            staff = ["c:d"]
            [remote.j]
            address = "j"
            protocol = "imap"
            lookup = true
            [remote.i]
            address = "i"
            protocol = "imap"
            lookup = true
            login.domains = ["example.org"]
            [session.auth]
            lookup = [ { if = "listener", eq = "a", then = ["list/users", "list/staff"] }, { if = "listener", eq = "b", then = ["list/users", "remote/i"] }, { else = ["remote/i", "remote/j"] } ]
            """,
            """
            14:155: error: session.auth.lookup.else: a ladder of logins needs login.domains in [remote."j"], or a password would be shown to the next host
            """
        },
        {
            "names without kind",
            """
            [session.auth]
            lookup = "db/users"
            [queue.outbound]
            next-hop = "remote/a"
            [session.rcpt]
            lookup.addresses = "users"
            [list]
            users = []
            """,
            """
            2:10: error: session.auth.lookup: db/... lookups are not implemented: name a list or a remote
            4:12: error: queue.outbound.next-hop: there is no [remote."remote/a"]
            6:8: warning: session.rcpt.lookup.addresses: stands without lookup.domains, so that every recipient is looked up here, those of foreign domains too; lookup.domains = "list/..." says which are local
            6:20: error: session.rcpt.lookup.addresses: "users" is not remote/<id> or list/<id>; did you mean "list/users"?
            """
        },
        {
            "mail by MX",
            """
            [queue.outbound]
            next-hop = false
            limits.mx = [ { if = "mx", eq = "a", then = 1 }, { else = 2 } ]
            source-ip.v4 = "2001:db8::1"
            ip-strategy = "ipv4"
            [resolver]
            port = 5353
            [remote."mx/a.example"]
            address = "h"
            protocol = "smtp"
            """,
            """
            3:22: error: queue.outbound.limits.mx.if: mx is not known here; known are listener, remote-ip, local-ip, is-tls, helo-domain, authenticated-as, sender, sender-domain, size, rcpt, rcpt-domain, priority
            4:16: error: queue.outbound.source-ip.v4: must be an IPv4 address
            5:15: error: queue.outbound.ip-strategy: must be one of ipv4-only, ipv6-only, ipv4-then-ipv6, ipv6-then-ipv4
            7:8: warning: resolver.port: changes nothing without resolver.address: the system's name servers have their own port
            8:9: error: remote."mx/a.example": "mx/a.example" is what a domain's mail exchangers are called: a remote needs another name
            """
        },
        {
            "settings not to be had yet",
            """
            [queue.outbound]
            next-hop = { by-lookup = true }
            [queue]
            schedule.retry = []
            [session.extensions]
            binarymime = true
            """,
            """
            2:26: error: queue.outbound.next-hop.by-lookup: finds no host: session.rcpt.lookup.addresses names no remote
            4:18: error: queue.schedule.retry: must be a duration, or a list of at least one
            6:1: warning: session.extensions: binarymime is read but not acted on yet
            """
        },
        {
            "a next hop by lookup that finds nothing",
            """
            [list]
            users = ["a@b.example"]
            [session.rcpt]
            lookup = { domains = "list/users", addresses = [ { if = "listener", eq = "a", then = "list/users" }, { else = false } ] }
            [queue.outbound]
            next-hop = [ { if = "rcpt", eq = "a", then = { by-lookup = true } }, { if = "rcpt", eq = "b", then = { by-lookup = false } },
                         { if = "rcpt", eq = "c", then = { by-lookup = true, port = 25 } }, { else = { by-lookup = "yes" } } ]
            """,
            """
            6:60: error: queue.outbound.next-hop.then.by-lookup: finds no host: session.rcpt.lookup.addresses names no remote
            6:116: error: queue.outbound.next-hop.then.by-lookup: must be true; false in place of the table is delivery by MX
            7:66: error: queue.outbound.next-hop.then.port: does not belong beside by-lookup
            7:104: error: queue.outbound.next-hop.else.by-lookup: must be true or false
            """
        },
        {
            "certificates that are not there",
            """
            [server.tls]
            certificate = "x"
            [certificate.y]
            cert = "abc"
            private-key = "file:///nowhere/key.pem"
            """,
            """
            2:15: error: server.tls.certificate: there is no [certificate."x"]
            5:15: error: certificate.y.private-key: the file "/nowhere/key.pem" cannot be read: it is not there
            """
        },
        {
            "listeners",
            """
            [server.listener.b]
            bind = ["127.0.0.1", "localhost:25", "[::1]:2525"]
            tls = { enable = true }
            protocol = "pop3"
            [server.listener.c]
            bind = "[::1]:2525"
            [server.listener.d]
            protocol = "lmtp"
            """,
            """
            1:18: warning: server.listener.b.tls.certificate: is missing: clients see a self-signed certificate, a new one at each start
            2:9: error: server.listener.b.bind: must be an address and port such as "127.0.0.1:25" or "[::]:25"
            2:22: error: server.listener.b.bind: must be an address and port such as "127.0.0.1:25" or "[::]:25"
            4:12: error: server.listener.b.protocol: must be one of smtp, lmtp, http
            7:18: error: server.listener.d.bind: is missing; it must be an address and port such as "127.0.0.1:25" or "[::]:25", or a list of such
            """
        },
        {
            "listeners that are not served yet",
            """
            [server.listener.api]
            bind = "127.0.0.1:8080"
            protocol = "http"
            """,
            """
            3:12: warning: server.listener.api.protocol: http is not served yet: listener "api" stays closed
            """
        },
        {
            "implicit TLS that nobody enabled",
            """
            [server.listener.submissions]
            bind = "127.0.0.1:465"
            tls.implicit = true
            """,
            """
            3:16: warning: server.listener.submissions.tls.implicit: is of no effect: tls.enable is false here, so this listener speaks clear text
            """
        },
        {
            "throttles and quotas",
            """
            [[session.throttle]]
            match = { if = "remote-ip", eq = "10.0.0.1" }
            key = ["remote-ip", "bogus"]
            rate = "5/1h"
            burst = 1
            [[queue.quota]]
            messages = 5
            size = "1GB"
            """,
            """
            3:21: error: session.throttle.key: must be one of listener, remote-ip, local-ip, is-tls, helo-domain, authenticated-as, sender, sender-domain, size, rcpt, rcpt-domain
            5:1: error: session.throttle.burst: is not a known key
            """
        },
        {
            "mechanisms",
            """
            [session.auth]
            mechanisms = ["plain", "xoauth2", "scram-sha-1"]
            errors.max = 4
            errors.total = 5
            """,
            """
            2:35: error: session.auth.mechanisms: must be one of plain, login, oauthbearer, xoauth2
            3:8: error: session.auth.errors.max: is the old name of auth.errors.total, which is set too
            """
        },
        {
            "VRFY open to strangers",
            """
            [session.rcpt.lookup]
            vrfy = "list/a"
            expn = [ { if = "authenticated-as", ne = "", then = "list/a" }, { else = false } ]
            [list]
            a = "x"
            """,
            """
            2:8: warning: session.rcpt.lookup.vrfy: answers strangers too, since it does not depend on authenticated-as
            """
        },
        {
            "includes that are not there",
            """
            include = ["missing.toml", "nodir/*.toml"]
            """,
            """
            1:11: error: include: "/etc/posthouse/missing.toml" cannot be read: it is not there
            1:11: error: include: "/etc/posthouse/nodir" cannot be read: it is not there
            """
        },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_problem_has_its_place_its_key_and_a_reason(string about, string text, string problems)
    {
        Assert.NotEmpty(about);
        Assert.Equal(problems.Split('\n'), ConfigText.Problems(text));
    }

    [Fact]
    public void By_lookup_needs_a_host_that_is_asked_about_recipients() => Assert.Empty(ConfigText.Problems("""
        [remote.a]
        address = "a"
        protocol = "lmtp"
        lookup = true
        tls.implicit = false
        [list]
        users = ["a@b.example"]
        [session.rcpt]
        lookup.domains = "list/users"
        lookup.addresses = [ { if = "listener", eq = "a", then = ["list/users", "remote/a"] }, { else = false } ]
        [queue.outbound]
        next-hop = { by-lookup = true }

        """));
}
