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
    public void A_host_name_without_a_dot_is_told() =>
        Assert.Equal("2:12: warning: server.hostname: is no full domain name, which has a dot: other servers refuse it in EHLO, and replies to reports go nowhere",
            Assert.Single(ConfigText.Problems("[server]\nhostname = \"mx\"\n")));

    [Fact]
    public void A_throttle_that_turns_cut_through_off_is_told()
    {
        const string Warning = "queue.delivery: cut-through is off beside [[queue.throttle]], which counts what is delivered from the queue: every message is queued first";
        const string Delivery = "[queue]\ndelivery = [ { if = \"is-tls\", eq = true, then = \"cut-through\" }, { else = \"queued\" } ]\n";
        Assert.Equal("2:12: warning: " + Warning, Assert.Single(ConfigText.Problems(Delivery + "[[queue.throttle]]\nrate = \"1/1s\"\n")));
        Assert.Empty(ConfigText.Problems(Delivery));
        Assert.Empty(ConfigText.Problems("[queue]\ndelivery = \"queued\"\n[[queue.throttle]]\nrate = \"1/1s\"\n"));
    }

    [Fact]
    public void A_certificate_that_is_made_up_is_told_once_with_all_who_show_it() =>
        Assert.Equal("1:18: warning: server.listener.x.tls.certificate: is missing: clients see a self-signed certificate, a new one at each start; so they do at \"y\"",
            Assert.Single(ConfigText.Problems("[server.listener.x]\nbind = \"127.0.0.1:0\"\ntls.enable = true\n[server.listener.y]\nbind = \"127.0.0.1:0\"\ntls.enable = true\n")));

    [Theory]
    [InlineData("{ if = \"sender-domain\", eq = \"bob@example.org\" }", "eq: never holds: sender-domain is a domain, which has no @")]
    [InlineData("{ if = \"rcpt-domain\", ends-with = \"@example.org\" }", "ends-with: never holds: rcpt-domain is a domain, which has no @")]
    [InlineData("{ if = \"sender\", eq = \"example.org\" }", "eq: never holds: sender is a whole address; sender-domain is its domain")]
    [InlineData("{ if = \"size\", eq = -1 }", "eq: never holds: size is never below zero")]
    [InlineData("{ all-of = [ { if = \"sender\", not-starts-with = \"\" }, { if = \"listener\", eq = \"a\" } ] }", ": never holds, whatever it asks about")]
    [InlineData("{ none-of = [ { if = \"sender\", matches = \".*\" } ] }", ": never holds, whatever it asks about")]
    [InlineData("{ if = \"listener\", eq = \"bsis\" }", "eq: there is no [server.listener.\"bsis\"]; did you mean \"basis\"?")]
    public void A_condition_that_never_holds_is_told(string condition, string problem)
    {
        foreach (var text in new[]
        {
            $"[session.rcpt]\nrelay = [ {condition[..^1]}, then = true }}, {{ else = false }} ]\n",
            $"[session.rcpt]\nrelay = [ {{ rule = \"r\", then = true }}, {{ else = false }} ]\n[rule]\nr = {condition}\n",
            $"[[session.throttle]]\nrate = \"1/1s\"\nmatch = {condition}\n",
        })
            Assert.Contains(ConfigText.Parse(text + Rest.Replace("listener.a", "listener.basis", StringComparison.Ordinal)).Problems, found => found is { IsError: false } && $"{found.Key}: {found.Message}".EndsWith(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_match_that_always_holds_is_told() =>
        Assert.Equal("3:9: warning: session.throttle.match: always holds: without match it would hold for all as well",
            Assert.Single(ConfigText.Problems("[[session.throttle]]\nrate = \"1/1s\"\nmatch = { if = \"sender\", starts-with = \"\" }\n")));

    [Theory]
    [InlineData("sender", "eq", "")]
    [InlineData("sender-domain", "eq", "[192.0.2.1]")]
    [InlineData("rcpt", "eq", "postmaster")]
    [InlineData("authenticated-as", "eq", "bob")]
    [InlineData("sender", "ends-with", "example.org")]
    [InlineData("listener", "eq", "basis")]
    [InlineData("listener", "starts-with", "other")]
    public void A_condition_that_may_hold_is_left_alone(string variable, string op, string operand) =>
        Assert.Equal("session.rcpt.relay", Assert.Single(ConfigText.Parse(
            $"[session.rcpt]\nrelay = [ {{ if = \"{variable}\", {op} = \"{operand}\", then = true }}, {{ else = 1 }} ]\n" + Rest.Replace("listener.a", "listener.basis", StringComparison.Ordinal)).Problems).Key[..18]);

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
            Assert.Single(Load(path)).ToString());
        // Of a file that names another the mode tells nothing; of one that is the owner's there is nothing to tell.
        File.SetUnixFileMode(file is null ? path : Path.Combine(folder.Path, file), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Empty(Load(path));
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
        Assert.Empty(Load(path));
    }

    static IEnumerable<ConfigProblem> Load(string path) => ConfigLoader.Load(path, static _ => throw new InvalidOperationException())
        .Problems.Where(static problem => !ConfigText.IsOfItsSurroundings(problem.Message));

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
