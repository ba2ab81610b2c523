using Posthouse.Gateway.Config;

namespace Posthouse.Tests.Config;

public class TrapTests
{
    const string Remote = "[remote.r]\naddress = \"127.0.0.1\"\nprotocol = \"lmtp\"\ntls.implicit = false\nlookup = true\n";

    [Fact]
    public void Addresses_without_domains_look_up_every_recipient() =>
        Assert.StartsWith(
            "2:1: warning: session.rcpt.lookup.addresses: stands without lookup.domains",
            Assert.Single(ConfigText.Problems("[session.rcpt.lookup]\naddresses = \"remote/r\"\n" + Remote)), StringComparison.Ordinal);

    [Theory]
    [InlineData("domains = \"list/d\"\naddresses = \"remote/r\"")]
    [InlineData("addresses = false")]
    public void Addresses_beside_domains_are_what_is_meant(string lookups) =>
        Assert.Empty(ConfigText.Problems($"[session.rcpt.lookup]\n{lookups}\n[list]\nd = [\"example.org\"]\n{Remote}"));

    [Theory]
    [InlineData("auth")]
    [InlineData("rcpt")]
    public void The_old_name_of_the_number_of_errors_is_told(string table) =>
        Assert.Equal($"2:8: warning: session.{table}.errors.max: is the old name of errors.total, and means the same",
            Assert.Single(ConfigText.Problems($"[session.{table}]\nerrors.max = 4\n")));

    [Theory]
    [InlineData("method = \"log\"", "2:10: warning: global.tracing.method: is read but not acted on yet: the log goes to stdout")]
    [InlineData("method = \"open-telemetry\"", "2:10: warning: global.tracing.method: is read but not acted on yet: the log goes to stdout")]
    [InlineData("path = \"/var/log\"", "2:1: warning: global.tracing: path is read but not acted on yet")]
    public void A_log_that_goes_elsewhere_is_told_not_to(string line, string warning) =>
        Assert.Equal(warning, Assert.Single(ConfigText.Problems($"[global.tracing]\n{line}\n")));

    [Fact]
    public void A_log_to_stdout_is_what_there_is() => Assert.Empty(ConfigText.Problems("[global.tracing]\nmethod = \"stdout\"\nlevel = \"debug\"\n"));

    [Theory]
    [InlineData("@EXAMPLE\\\\.org$", true)]
    [InlineData("^[^@]+@(a|B)\\\\.example$", true)]
    [InlineData("^Bob@\\\\S+\\\\.example\\\\D$", false)]
    [InlineData("(?i)@EXAMPLE\\\\.org$", false)]
    [InlineData("@example\\\\.org$", false)]
    public void A_pattern_that_looks_for_capitals_in_the_domain_of_an_address_is_told(string pattern, bool isTold)
    {
        var problems = ConfigText.Problems($"[session.rcpt]\nrelay = [ {{ if = \"sender\", matches = \"{pattern}\", then = true }}, {{ else = false }} ]\n");
        Assert.Equal(isTold ? 1 : 0, problems.Count(problem => problem.Contains("has an upper-case letter behind @", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_integer_as_a_duration_is_told_to_be_milliseconds() =>
        Assert.Equal("2:11: warning: session.timeout: a number without unit is milliseconds; \"300ms\" says so",
            Assert.Single(ConfigText.Problems("[session]\ntimeout = 300\n")));

    [Theory]
    [InlineData("{ if = \"listener\", eq = \"a\", then = true }, { if = \"listener\", eq = \"a\", then = false }", "the branch at line 2 has the same condition")]
    [InlineData("{ if = \"listener\", eq = \"a\", then = true }, { eq = 'a', if = 'listener', then = false }", "the branch at line 2 has the same condition")]
    [InlineData("{ if = \"sender\", starts-with = \"\", then = true }, { if = \"listener\", eq = \"a\", then = false }", "the condition at line 2 always holds")]
    [InlineData("{ any-of = [ { if = \"listener\", eq = \"a\" }, { if = \"sender\", matches = \".*\" } ], then = true }, { if = \"listener\", eq = \"a\", then = false }", "the condition at line 2 always holds")]
    public void A_branch_that_is_never_reached_is_told(string branches, string why) =>
        Assert.EndsWith($"session.rcpt.relay: is never reached: {why}",
            Assert.Single(ConfigText.Problems($"[session.rcpt]\nrelay = [ {branches}, {{ else = false }} ]\n")), StringComparison.Ordinal);

    [Fact]
    public void A_rule_that_always_holds_is_told_and_what_it_keeps_from_being_reached() =>
        Assert.Equal(
            [
                "3:11: warning: session.rcpt.relay: always holds, so that else is never reached",
                "5:8: warning: rule.wide: always holds, whatever it asks about",
                "6:7: warning: rule.far: always holds, whatever it asks about",
            ],
            ConfigText.Problems("""
                [session.rcpt]
                relay = [ { rule = "narrow", then = false },
                          { rule = "far", then = true }, { else = false } ]
                [rule]
                wide = { any-of = [ { if = "listener", eq = "a" }, { if = "sender", matches = ".*" } ] }
                far = { all-of = [ { rule = "wide" } ] }
                narrow = { all-of = [ { rule = "wide" }, { if = "listener", eq = "a" } ] }
                """));

    [Fact]
    public void An_else_that_is_never_reached_is_told() =>
        Assert.EndsWith("always holds, so that else is never reached",
            Assert.Single(ConfigText.Problems("[session.rcpt]\nrelay = [ { if = \"sender\", ends-with = \"\", then = true }, { else = false } ]\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("{ if = \"listener\", eq = \"a\", then = true }, { if = \"listener\", eq = \"b\", then = true }")]
    [InlineData("{ all-of = [ { if = \"listener\", eq = \"a\" }, { if = \"sender\", matches = \".*\" } ], then = true }, { if = \"listener\", eq = \"b\", then = true }")]
    [InlineData("{ if = \"sender\", eq = \"\", then = true }, { if = \"listener\", eq = \"b\", then = true }")]
    [InlineData("{ if = \"sender\", not-starts-with = \"\", then = true }, { if = \"listener\", eq = \"b\", then = true }")]
    public void Branches_that_are_reached_are_left_alone(string branches) =>
        Assert.Empty(ConfigText.Problems($"[session.rcpt]\nrelay = [ {branches}, {{ else = false }} ]\n"));

    [Theory]
    [InlineData("[remote.r]\naddress = \"127.0.0.1\"\nprotocol = \"smtp\"\nauth = { username = \"u\", secret = \"tulip\" }\n", "4:35", "remote.r.auth.secret", null)]
    [InlineData("[remote.r]\naddress = \"127.0.0.1\"\nprotocol = \"smtp\"\nauth = { username = \"u\", secret = \"file://FOLDER/open\" }\n", "4:35", "remote.r.auth.secret", "open")]
    [InlineData("[list]\nlogins = [\"a@example.org\",\n \"jane:tulip\", \"joe:rose\"]\n", "3:2", "list.logins", null)]
    [InlineData("[list]\nlogins = \"file://FOLDER/open\"\n", "2:10", "list.logins", "open")]
    public void A_secret_that_every_user_may_read_is_told_once_a_file(string text, string place, string key, string? file)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new ModeFolder();
        folder.Write("open", "jane:tulip\n", UnixFileMode.OtherRead);
        var path = folder.Write("c.toml", text.Replace("FOLDER", folder.Path, StringComparison.Ordinal) + Rest, UnixFileMode.OtherRead);
        Assert.Equal(
            $"{path}:{place}: warning: {key}: is a secret in \"{(file is null ? path : Path.Combine(folder.Path, file))}\", which every user of this machine may read: chmod o-r",
            Assert.Single(ConfigLoader.Load(path, static _ => throw new InvalidOperationException()).Problems).ToString());
        // Of a file that names another the mode tells nothing; of one that is the owner's there is nothing to tell.
        File.SetUnixFileMode(file is null ? path : Path.Combine(folder.Path, file), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Empty(ConfigLoader.Load(path, static _ => throw new InvalidOperationException()).Problems);
    }

    [Theory]
    [InlineData("[remote.r]\naddress = \"127.0.0.1\"\nprotocol = \"smtp\"\nauth = { username = \"u\", secret = \"%{env:PATH}%\" }\n")]
    [InlineData("[list]\nmembers = [\"a@example.org\", \"2001:db8::1\"]\n")]
    public void What_is_no_secret_in_its_file_may_be_read(string text)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new ModeFolder();
        var path = folder.Write("c.toml", text + Rest, UnixFileMode.OtherRead);
        Assert.Empty(ConfigLoader.Load(path, static _ => throw new InvalidOperationException()).Problems);
    }

    const string Rest = "[server]\nhostname = \"mx.example.org\"\n[server.listener.a]\nbind = \"127.0.0.1:0\"\n";

    /// <summary>Files of which the test says who may read them.</summary>
    sealed class ModeFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("posthouse-mode-").FullName;

        public string Write(string name, string text, UnixFileMode mode)
        {
            var path = System.IO.Path.Combine(Path, name);
            File.WriteAllText(path, text);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);
            return path;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
