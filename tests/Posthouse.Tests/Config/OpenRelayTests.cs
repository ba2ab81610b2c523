namespace Posthouse.Tests.Config;

/// <summary>A gateway that relays for everybody is told to, whichever way it is written; one that asks for anything at all is not.</summary>
public class OpenRelayTests
{
    const string Open = "[server.listener.mx]\nbind = [\"127.0.0.1:0\", \"0.0.0.0:25\"]\n";

    [Theory]
    [InlineData("relay = true")]
    [InlineData("relay = [ { if = \"sender\", matches = \".*\", then = true }, { else = false } ]")]
    [InlineData("relay = [ { if = \"listener\", eq = \"mx\", then = true }, { else = false } ]")]
    [InlineData("relay = [ { if = \"authenticated-as\", ne = \"\", then = false }, { if = \"listener\", starts-with = \"m\", then = true }, { else = false } ]")]
    [InlineData("relay = [ { if = \"authenticated-as\", in-list = \"list/l\", then = false }, { else = true } ]")]
    [InlineData("relay = [ { rule = \"all\", then = true }, { else = false } ]")]
    public void It_is_told_of_the_listeners_that_the_network_reaches(string relay) =>
        Assert.Equal(
            "is true for everybody at listener \"mx\": an open relay, which spammers soon find. Ask for authenticated-as or remote-ip, set session.auth.require, or bind to loopback",
            Assert.Single(Problems(Open, relay)));

    [Theory]
    [InlineData("relay = false")]
    [InlineData("relay = [ { if = \"remote-ip\", eq = \"10.0.0.0/8\", then = true }, { else = false } ]")]
    [InlineData("relay = [ { if = \"authenticated-as\", ne = \"\", then = true }, { else = false } ]")]
    [InlineData("relay = [ { if = \"listener\", eq = \"inside\", then = true }, { else = false } ]")]
    [InlineData("relay = [ { if = \"sender-domain\", in-list = \"list/l\", then = true }, { else = false } ]")]
    [InlineData("relay = true\nlookup.addresses = \"list/l\"")]
    [InlineData("relay = true\n[session.auth]\nrequire = true")]
    [InlineData("relay = true\n[session.auth]\nrequire = [ { if = \"listener\", eq = \"mx\", then = true }, { else = false } ]")]
    [InlineData("relay = true\n[session.auth]\nrequire = [ { if = \"remote-ip\", ne = \"10.0.0.0/8\", then = true }, { else = false } ]")]
    public void What_asks_for_anything_is_none(string relay) => Assert.Empty(Problems(Open, relay));

    [Theory]
    [InlineData("[server.listener.mx]\nbind = [\"127.0.0.1:0\", \"[::1]:25\"]\n")]
    [InlineData("[server.listener.mx]\nbind = \"0.0.0.0:8080\"\nprotocol = \"http\"\n")]
    public void Nor_what_the_network_does_not_reach(string listener) => Assert.Empty(Problems(listener, "relay = true"));

    static IEnumerable<string> Problems(string listener, string relay) => ConfigText.Parse($"""
        {listener}
        [server.listener.inside]
        bind = "127.0.0.1:0"
        [server]
        hostname = "mx.example.org"
        [list]
        l = "example.org"
        [rule]
        all = {"{"} none-of = [ {"{"} if = "sender-domain", not-starts-with = "" {"}"} ] {"}"}
        [session.rcpt]
        {relay}
        """).Problems.Where(static problem => problem.Key == "session.rcpt.relay" && !problem.Message.Contains("always holds", StringComparison.Ordinal)).Select(static problem => problem.Message);
}
