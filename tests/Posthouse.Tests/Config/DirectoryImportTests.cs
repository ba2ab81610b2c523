using System.Text.RegularExpressions;
using Posthouse.Gateway.Config.Importing;

namespace Posthouse.Tests.Config;

public class DirectoryImportTests
{
    const string Later =
        """
        [lookup.default]
        hostname = "mx.example.org"
        [directory."mail.box"]
        type = "imap"
        host = "imap.example.org"
        port = 993
        [directory."mail.box".tls]
        enable = true
        allow-invalid-certs = false
        [directory."mail.box".pool]
        max-connections = 7
        [directory."mail.box".pool.timeout]
        create = "30s"
        [directory."mail.box".cache]
        entries = 500
        ttl = { positive = "1d", negative = "1h" }
        [directory.relay]
        type = "lmtp"
        host = "127.0.0.1"
        limits.auth-errors = 3
        limits.rcpt = 50
        auth.secret = "hunter2"
        [directory.people]
        type = "ldap"
        bind.secret = "hunter2"
        [store.sql]
        password = "%{env:SQL}%"
        ratio = 0.5
        """;

    [Fact]
    public void Directories_of_remote_hosts_become_remotes_and_the_rest_comments() => Assert.Equal(
        """
        [server]
        hostname = "mx.example.org"

        [remote."mail.box"]
        address = "imap.example.org"
        port = 993
        protocol = "imap"
        concurrency = 7
        tls.implicit = true
        tls.allow-invalid-certs = false
        cache.entries = 500
        cache.ttl.positive = "1d"
        cache.ttl.negative = "1h"
        lookup = true

        [remote."relay"]
        address = "127.0.0.1"
        protocol = "lmtp"
        limits.errors = 3
        limits.requests = 50
        tls.implicit = false
        lookup = true

        # Not taken over:
        # directory."mail.box".pool.timeout.create = "30s"  (here: timeout)
        # directory.relay.auth.secret = "***"
        # directory.people is no remote: its type is no host that speaks IMAP, SMTP or LMTP
        # directory.people.type = "ldap"
        # directory.people.bind.secret = "***"
        # store.sql.password = "%{env:SQL}%"
        # store.sql.ratio = "a float"

        """, DirectoryImport.Parse(Later, "old.toml").Toml);

    [Fact]
    public void What_is_imported_has_no_errors() =>
        Assert.DoesNotContain(ConfigText.Parse(DirectoryImport.Parse(Later, "old.toml").Toml!).Problems, p => p.IsError);

    [Theory]
    [InlineData("host = \"%{file:/etc/host}%\"", "host must be a host such as")]
    [InlineData("host = 5", "host must be a host such as")]
    [InlineData("host = \"%{env:POSTHOUSE_TEST_NO_SUCH}%\"", "host the environment has no variable \"POSTHOUSE_TEST_NO_SUCH\"")]
    [InlineData("host = \"h.example.org\"\ndisable = true", "it is disabled")]
    [InlineData("port = 25", "it has no host")]
    public void A_directory_that_no_remote_can_stand_for_becomes_a_comment_that_says_why(string keys, string why) =>
        Assert.Matches("^# Not taken over:\n# directory.d is no remote: " + Regex.Escape(why) + "[^\n]*\n# directory.d.type = \"smtp\"\n", DirectoryImport.Parse($"[directory.d]\ntype = \"smtp\"\n{keys}\n", "old.toml").Toml);

    [Fact]
    public void Numbers_and_flags_may_be_strings_as_later_versions_write_them() => Assert.Equal(
        """
        [remote."d"]
        address = "h.example.org"
        port = 2525
        protocol = "smtp"
        concurrency = 4
        tls.implicit = "true"
        lookup = true

        # Not taken over:
        # directory.d.lookup.domains = ["example.org"]  (here: a list, and session.rcpt.lookup.domains = "list/<id>")
        # session.auth.directory = "'d'"  (here: session.auth.lookup = "remote/<id>")

        """,
        DirectoryImport.Parse(
            """
            [directory.d]
            type = "smtp"
            host = "h.example.org"
            port = "2525"
            tls.enable = "true"
            pool.max-connections = "4"
            lookup.domains = ["example.org"]
            [session.auth]
            directory = "'d'"
            """,
            "old.toml").Toml);

    [Fact]
    public void What_is_ours_already_is_kept_as_it_is()
    {
        var toml = DirectoryImport.Parse(
            """
            [server]
            hostname = "mx.example.org"
            max-connections = 8192
            [server.tls]
            enable = true
            [server.listener."smtp"]
            bind = ["0.0.0.0:25"]
            tls.implicit = false
            [server.listener.imap]
            bind = "0.0.0.0:143"
            protocol = "imap"
            [server.listener.sub]
            bind = "0.0.0.0:587"
            tls.certificate = "none"
            [remote.smart]
            address = "smart.example.org"
            protocol = "smtp"
            auth = { username = "gw", secret = "hunter2" }
            [remote.broken]
            address = "x.example.org"
            [list]
            domains = ["example.org"]
            [directory.smart]
            type = "smtp"
            host = "other.example.org"
            [directory.d]
            type = "smtp"
            host = "h.example.org"
            tls.implicit = true
            tls.enable = true
            [session]
            timeout = "5m"
            """,
            "old.toml").Toml!;
        Assert.Equal(
            """
            [server]
            hostname = "mx.example.org"
            tls.enable = true

            [server.listener."smtp"]
            bind = ["0.0.0.0:25"]
            tls.implicit = false

            [remote."smart"]
            address = "smart.example.org"
            protocol = "smtp"
            auth.username = "gw"
            auth.secret = "hunter2"

            [list]
            domains = ["example.org"]

            [remote."d"]
            address = "h.example.org"
            protocol = "smtp"
            tls.implicit = true
            lookup = true

            # Not taken over:
            # server.max-connections = 8192
            # server.listener.imap is not kept: server.listener."imap".protocol must be one of smtp, lmtp, http
            # server.listener.imap.bind = "0.0.0.0:143"
            # server.listener.imap.protocol = "imap"
            # server.listener.sub is not kept: server.listener."sub".tls.certificate there is no [certificate."none"]
            # server.listener.sub.bind = "0.0.0.0:587"
            # server.listener.sub.tls.certificate = "none"
            # remote.broken is not kept: remote."broken".protocol is missing; it must be one of smtp, lmtp, imap
            # remote.broken.address = "x.example.org"
            # directory.smart is no remote: there is a remote of this name
            # directory.smart.type = "smtp"
            # directory.smart.host = "other.example.org"
            # session.timeout = "5m"

            """, toml);
        Assert.DoesNotContain(ConfigText.Parse(toml).Problems, p => p.IsError);
    }

    [Fact]
    public void A_value_cannot_break_out_of_its_comment()
    {
        var toml = DirectoryImport.Parse("[x]\ny = \"\"\"a\n[server]\nb\u2028c\"\"\"\n", "old.toml").Toml;

        Assert.Equal("# Not taken over:\n# x.y = \"a\\u000A[server]\\u000Ab\\u2028c\"\n", toml);
    }

    [Fact]
    public void Text_that_is_no_toml_is_a_problem() =>
        Assert.Contains(DirectoryImport.Parse("a = = 1", "old.toml").Problems, p => p is { IsError: true, Line: 1 });
}
