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
        # directory."mail.box".pool.timeout.create = "30s"
        # directory.relay.auth.secret = "***"
        # directory.people.type = "ldap"
        # directory.people.bind.secret = "***"
        # store.sql.password = "%{env:SQL}%"
        # store.sql.ratio = "a float"

        """, DirectoryImport.Parse(Later, "old.toml").Toml);

    [Fact]
    public void What_is_imported_has_no_errors() =>
        Assert.DoesNotContain(ConfigText.Parse(DirectoryImport.Parse(Later, "old.toml").Toml!).Problems, p => p.IsError);

    [Theory]
    [InlineData("host = \"%{file:/etc/host}%\"")]
    [InlineData("host = 5")]
    [InlineData("host = \"h.example.org\"\ndisable = true")]
    [InlineData("port = 25")]
    public void A_directory_that_no_remote_can_stand_for_becomes_a_comment(string keys) =>
        Assert.StartsWith("# Not taken over:\n# directory.d.type = \"smtp\"\n", DirectoryImport.Parse($"[directory.d]\ntype = \"smtp\"\n{keys}\n", "old.toml").Toml, StringComparison.Ordinal);

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
