namespace Posthouse.Tests.Config;

public class UnusedThingsTests
{
    const string Things = """
        [server]
        hostname = "mx.example.org"
        [server.listener.a]
        bind = "127.0.0.1:0"
        [remote.r]
        address = "127.0.0.1"
        protocol = "lmtp"
        tls.implicit = false
        lookup = true
        [list]
        l = ["example.org"]
        [rule]
        u = { if = "listener", eq = "a" }

        """;

    [Fact]
    public void What_nothing_names_is_told() => Assert.Equal(
        [
            "5:9: warning: remote.r: nothing names it, so that no mail goes there and nobody asks it",
            "11:1: warning: list.l: nothing names it",
            "13:1: warning: rule.u: nothing names it",
        ],
        Problems(""));

    [Theory]
    [InlineData("remote", "[queue.outbound]\nnext-hop = \"r\"\n")]
    [InlineData("remote", "[session.auth]\nlookup = \"remote/r\"\n")]
    [InlineData("remote", "[[queue.throttle]]\nrate = \"1/1s\"\nmatch = { if = \"rcpt\", in-list = \"remote/r\" }\n")]
    [InlineData("list", "[session.rcpt]\nlookup.domains = \"list/l\"\n")]
    [InlineData("list", "[management.auth]\nlookup = \"list/l\"\n")]
    [InlineData("list", "[rule.other]\nif = \"sender-domain\"\nin-list = \"list/l\"\n")]
    [InlineData("list", "[session.auth]\nmust-match-sender = true\n")]
    [InlineData("list", "[session.auth]\nmust-match-sender = [ { rule = \"u\", then = true }, { else = false } ]\n")]
    [InlineData("rule", "[session.rcpt]\nrelay = [ { all-of = [ { rule = \"u\" } ], then = true }, { else = false } ]\n")]
    public void What_something_names_is_not(string table, string text)
    {
        Assert.Contains(Problems(""), problem => problem.Contains($" {table}.", StringComparison.Ordinal));
        Assert.DoesNotContain(Problems(text), problem => problem.Contains($" {table}.", StringComparison.Ordinal) && !problem.Contains("rule.other", StringComparison.Ordinal));
    }

    [Fact]
    public void Beside_errors_nothing_is_told_since_what_was_meant_is_not_known() =>
        Assert.DoesNotContain(Problems("[queue.outbound]\nnext-hop = \"s\"\n"), problem => problem.Contains("nothing names it", StringComparison.Ordinal));

    static IEnumerable<string> Problems(string more) =>
        ConfigText.Parse(Things + more).Problems.Select(problem => problem.ToString().Replace(ConfigText.File + ":", "", StringComparison.Ordinal));
}
