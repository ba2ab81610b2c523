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
}
