namespace Posthouse.Tests.Config;

/// <summary>Keys and tables that are wrong, as an operator sees them.</summary>
public class KeyProblemTests
{
    [Theory]
    [InlineData("[session]\ntimeoutt = \"5m\"", "2:1: error: session.timeoutt: is not a known key; did you mean \"timeout\"?")]
    [InlineData("[session.rcptt]\nrelay = true", "1:10: error: session.rcptt: is not a known key; did you mean \"rcpt\"?")]
    [InlineData("[session.foo]", "1:10: error: session.foo: is not a known key")]
    [InlineData("[queue.outbound]\nhostname = \"a_b.example\"", "2:12: error: queue.outbound.hostname: must be a domain name without an underscore")]
    [InlineData("[session.rcpt]\nrelay = [ { if = \"sender\", matches = \"((a{500}){500}){500}\", then = true }, { else = false } ]",
        "2:38: error: session.rcpt.relay.matches: is a pattern that cannot be matched in linear time: lookarounds, backreferences and atomic groups are out, and so are repetitions that multiply")]
    public void A_slip_is_told_by_what_it_is(string text, string problem) => Assert.Equal(problem, Assert.Single(ConfigText.Problems(text + "\n")));

    public static TheoryData<string, string, string> Files { get; } = new()
    {
        {
            "a misspelt key",
            """
            [remote."lmtp"]
            adress = "localhost"
            protocol = "lmtp"
            """,
            """
            1:9: error: remote."lmtp".address: is missing; it must be a host such as "mail.example", "mail.example:25" or "unix:/run/lmtp", or a list of such
            2:1: error: remote."lmtp".adress: is not a known key; did you mean "address"?
            """
        },
        {
            "wrong values",
            """
            [remote."mx.example"]
            address = "localhost"
            protocol = "lmpt"
            concurrency = 0
            timeout = "1 week"
            lookup = "yes"
            limits = { errors = 0, requests = "many" }
            """,
            """
            3:12: error: remote."mx.example".protocol: must be one of smtp, lmtp, imap; did you mean "lmtp"?
            4:15: error: remote."mx.example".concurrency: must be an integer from 1 to 65535
            5:11: error: remote."mx.example".timeout: must be a duration such as "30s"; its units are ms, s, m, h and d
            6:10: error: remote."mx.example".lookup: must be true or false
            7:21: error: remote."mx.example".limits.errors: must be an integer, at least 1
            7:35: error: remote."mx.example".limits.requests: must be an integer, at least 1
            """
        },
        {
            "a name that no host would take in EHLO",
            """
            [server]
            hostname = "mail_1.example"
            """,
            """
            2:12: error: server.hostname: holds an underscore, which no host name has that is said in EHLO (RFC 5321 section 4.1.2)
            """
        },
        {
            "a login on IMAP",
            """
            [remote.imap]
            address = "imap.example"
            protocol = "imap"
            [remote.imap.auth]
            username = "u"
            secret = "hunter2"
            """,
            """
            5:1: error: remote.imap.auth.username: IMAP hosts are asked about users' logins only, they take no login of our own
            """
        },
        {
            "half a login",
            """
            [remote.a]
            address = "a"
            protocol = "smtp"
            auth = { username = "u" }
            [remote.b]
            address = "b"
            protocol = "smtp"
            auth = { secret = 12345 }
            """,
            """
            4:10: error: remote.a.auth.username: needs auth.secret beside it
            8:10: error: remote.b.auth.secret: needs auth.username beside it
            8:19: error: remote.b.auth.secret: must be a string
            """
        },
        {
            "duplicates",
            """
            [remote.a]
            address = "a"
            address = "b"
            protocol = "smtp"
            [remote.a]
            port = 25
            """,
            """
            3:1: error: remote.a.address: is already set at 2
            5:9: error: remote.a: is already defined at 1
            """
        },
        {
            "keys at the wrong depth",
            """
            [remote.a]
            implicit = false
            [remote.a.tls]
            implict = false
            """,
            """
            1:9: error: remote.a.protocol: is missing; it must be one of smtp, lmtp, imap
            1:9: error: remote.a.address: is missing; it must be a host such as "mail.example", "mail.example:25" or "unix:/run/lmtp", or a list of such
            2:1: error: remote.a.implicit: is not a known key; did you mean "tls.implicit"?
            4:1: error: remote.a.tls.implict: is not a known key; did you mean "implicit"?
            """
        },
        {
            "misspelt tables",
            """
            [sesion.rcpt]
            relay = true
            [session.rcpt]
            rely = true
            max-recipients = true
            """,
            """
            1:2: error: sesion: is not a known key; did you mean "session"?
            4:1: error: session.rcpt.rely: is not a known key; did you mean "relay"?
            5:18: error: session.rcpt.max-recipients: must be an integer, at least 1
            """
        },
        {
            "of the era",
            """
            [auth.dkim]
            verify = true
            [auth.spf]
            verify = [ { if = "listener", eq = "smtp", then = "strict" }, { else = "relaxed" } ]
            [signature.rsa]
            private-key = "x"
            [report]
            hash = 64
            [report.dsn]
            from-name = "x"
            [session.connect]
            script = "x"
            [session.data.milter.rspamd]
            enable = true
            [session.data.add-headers]
            received-spf = true
            auth-results = true
            received = false
            [resolver]
            type = "system"
            preserve-intermediates = true
            [server.run-as]
            user = "x"
            [queue]
            hash = 64
            [queue.outbound.tls]
            dane = "optional"
            mta-sts = "optional"
            starttls = "require"
            [global]
            concurrency = 3
            shared-map = { shard = 32, capacity = 10 }
            """,
            """
            1:7: warning: auth.dkim: is of the Stalwart era, not implemented here and ignored
            3:7: warning: auth.spf: is of the Stalwart era, not implemented here and ignored
            5:12: warning: signature.rsa: is of the Stalwart era, not implemented here and ignored
            7:2: warning: report: is of the Stalwart era, not implemented here and ignored
            9:9: warning: report.dsn: is of the Stalwart era, not implemented here and ignored
            12:1: warning: session.connect: script is of the Stalwart era, not implemented here and ignored
            13:22: warning: session.data.milter.rspamd: is of the Stalwart era, not implemented here and ignored
            16:1: warning: session.data.add-headers: received-spf, auth-results are of the Stalwart era, not implemented here and ignored
            20:1: warning: resolver: type, preserve-intermediates are of the Stalwart era, not implemented here and ignored
            22:9: warning: server.run-as: is of the Stalwart era, not implemented here and ignored
            25:1: warning: queue: hash is of the Stalwart era, not implemented here and ignored
            27:1: warning: queue.outbound.tls: dane, mta-sts are of the Stalwart era, not implemented here and ignored
            31:1: warning: global: concurrency, shared-map are of the Stalwart era, not implemented here and ignored
            """
        },
        {
            "not acted on yet",
            """
            [session.extensions]
            binarymime = "x"
            deliver-by = "1h"
            """,
            """
            2:1: warning: session.extensions: binarymime, deliver-by are read but not acted on yet
            2:14: error: session.extensions.binarymime: must be true or false
            """
        },
        {
            "durations that no timer takes",
            """
            [session]
            timeout = "25d"
            duration = "0s"
            auth.errors.wait = "25d"
            [queue]
            schedule.expire = "60d"
            """,
            """
            2:11: error: session.timeout: must be a duration above zero, at most "24d"
            3:12: error: session.duration: must be a duration above zero, at most "24d"
            4:20: error: session.auth.errors.wait: must be a duration of at most "24d"
            """
        },
        {
            "durations without unit",
            """
            [session]
            timeout = 500
            duration = "1h 30M"
            [queue.schedule]
            retry = "2"
            """,
            """
            2:11: warning: session.timeout: a number without unit is milliseconds; "500ms" says so
            5:9: warning: queue.schedule.retry: a number without unit is milliseconds; "2ms" says so
            """
        },
        {
            "values for tables",
            """
            remote = 5
            list = "x"
            [session]
            throttle = 3
            [rule]
            a = 3
            """,
            """
            1:1: error: remote: must be a table, not an integer
            2:1: error: list: must be a table, not a string
            4:1: error: session.throttle: must be a list of tables: [[session.throttle]]
            6:5: error: rule.a: must be a condition such as { if = "listener", eq = "smtp" }
            """
        },
        {
            "hashed secrets",
            """
            [list]
            users = ["bob:$2y$10$abc", "al:{SHA}xyz", "eve:{MD5}xyz", "joe:$1$a$b", "jane:", ":secret",
                     "ann:$2b$31$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"]
            """,
            """
            2:10: error: list.users: the hashed secret of "bob" is malformed, or asks for more work than is allowed
            2:28: error: list.users: the hashed secret of "al" is malformed, or asks for more work than is allowed
            2:43: error: list.users: the hashed secret of "eve" has a scheme that is not known; known are {PLAIN}, $2a$, $2b$, $2y$, $argon2id$, $argon2i$, $5$, $6$, {SSHA}, {SSHA256}, {SSHA512}, {PBKDF2}, {PBKDF2-SHA256}, {PBKDF2-SHA512}
            2:59: error: list.users: the hashed secret of "joe" has a scheme that is not known; known are {PLAIN}, $2a$, $2b$, $2y$, $argon2id$, $argon2i$, $5$, $6$, {SSHA}, {SSHA256}, {SSHA512}, {PBKDF2}, {PBKDF2-SHA256}, {PBKDF2-SHA512}
            2:73: error: list.users: the login of "jane" lacks its secret: the form is user:secret
            2:82: error: list.users: a login lacks its user: the form is user:secret
            3:10: error: list.users: the hashed secret of "ann" is malformed, or asks for more work than is allowed
            """
        },
        {
            "words of tracing",
            """
            [global.tracing]
            level = "verbose"
            method = "journal"
            prefix = "x"
            [server]
            hostname = "h.example"
            greeting = "a\r\nb"
            """,
            """
            2:9: error: global.tracing.level: must be one of trace, debug, info, warn, error
            3:10: error: global.tracing.method: must be one of stdout, log, open-telemetry
            4:1: warning: global.tracing: prefix is read but not acted on yet
            7:12: error: server.greeting: must be a line of printable ASCII
            """
        },
        {
            "server twice",
            """
            server = 3
            """,
            """
            1:1: error: server: must be a table, not an integer
            2:2: error: server: is already set at 1
            4:2: error: server: is already set at 1
            """
        },
        {
            "macros that lead nowhere",
            """
            [remote.a]
            address = "%{env:POSTHOUSE_NOT_SET}%"
            protocol = "%{env:X"
            auth = { username = "file://relative", secret = "file:///nowhere/secret" }
            """,
            """
            2:11: error: remote.a.address: the environment has no variable "POSTHOUSE_NOT_SET"
            3:12: error: remote.a.protocol: lacks the }% that ends %{env:
            4:21: error: remote.a.auth.username: a file is named by its whole path: file:///etc/posthouse/secret
            4:49: error: remote.a.auth.secret: the file "/nowhere/secret" cannot be read: it is not there
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
}
