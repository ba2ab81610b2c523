using Posthouse.Gateway.Config.Effective;

namespace Posthouse.Tests.Config;

public class EffectiveConfigurationTests
{
    const string Text =
        """
        [server.tls]
        enable = true
        [server.listener."a.b"]
        bind = "127.0.0.1:25"
        [remote.r]
        address = "127.0.0.1"
        protocol = "smtp"
        timeout = "90s"
        auth = { username = "gateway", secret = "hunter2" }
        [remote.macro]
        address = "127.0.0.1"
        protocol = "smtp"
        auth = { username = "%{env:USER}%", secret = "file:///etc/secret" }
        [remote.half]
        address = "127.0.0.1"
        protocol = "smtp"
        auth.secret = "hunter2%{env:REST}%"
        [session.rcpt]
        relay = [ { if = "listener", eq = "a.b", then = true }, { else = false } ]
        errors.max = 7
        [certificate.c]
        cert = "file:///etc/cert.pem"
        private-key = "-----BEGIN PRIVATE KEY-----"
        [list]
        users = ["jane:hunter2", "joe@example.org"]
        [[queue.quota]]
        messages = 5
        [signature.old]
        private-key = "hunter2"
        """;

    [Theory]
    [InlineData("remote.r.timeout", "\"90s\"", "c.toml:8")]
    [InlineData("remote.macro.timeout", "\"1m\"", "default")]
    [InlineData("remote.r.tls.starttls", "\"require\"", "default")]
    [InlineData("remote.r.cache.ttl.positive", "\"1d\"", "default")]
    [InlineData("remote.r.auth.username", "\"gateway\"", "c.toml:9")]
    [InlineData("remote.r.auth.secret", "\"***\"", "c.toml:9")]
    [InlineData("remote.macro.auth.username", "\"%{env:USER}%\"", "c.toml:13")]
    [InlineData("remote.macro.auth.secret", "\"file:///etc/secret\"", "c.toml:13")]
    [InlineData("remote.half.auth.secret", "\"***\"", "c.toml:17")]
    [InlineData("server.listener.\"a.b\".tls.enable", "true", "c.toml:2")]
    [InlineData("session.rcpt.relay", "[{ if = \"listener\", eq = \"a.b\", then = true }, { else = false }]", "c.toml:19")]
    [InlineData("session.rcpt.errors.total", "7", "c.toml:20")]
    [InlineData("session.auth.errors.total", "3", "default")]
    [InlineData("certificate.c.private-key", "\"***\"", "c.toml:23")]
    [InlineData("list.users", "[\"jane:***\", \"joe@example.org\"]", "c.toml:25")]
    [InlineData("queue.quota[0].messages", "5", "c.toml:27")]
    public void A_setting_is_shown_with_its_origin_and_without_its_secret(string key, string value, string origin)
    {
        var shown = Assert.Single(Read(Text), v => v.Key == key);

        Assert.Equal((value, origin), (shown.Value, shown.Origin));
    }

    [Fact]
    public void No_secret_is_shown_anywhere() =>
        Assert.DoesNotContain(Read(Text), v => v.ToString().Contains("hunter2", StringComparison.Ordinal));

    [Theory]
    [InlineData("[session]\ntimeout = \"300s\"", "[session]\n")]
    [InlineData("[session]\ntimeout = \"1h\"", "[session]\ntimeout = 3600000")]
    [InlineData("[remote.r]\ntls.starttls = \"REQUIRE\"", "[remote.r]")]
    [InlineData("[list]\na = \"x\"", "[list]\na = ['x']")]
    [InlineData("[session.rcpt]\nerrors.max = 9", "session = { rcpt = { errors = { total = 9 } } }")]
    public void What_means_the_same_does_not_differ(string a, string b) => Assert.Empty(ConfigDifference.Between(Read(a), Read(b)));

    [Fact]
    public void What_differs_is_told_by_key_and_a_secret_only_as_such()
    {
        var a = Read("[session]\ntimeout = \"1h\"\n[remote.r]\nauth.secret = \"x\"\n[list]\nonly = \"a\"");
        var b = Read("[remote.r]\nauth.secret = \"y\"\n[list]\nother = \"b\"");

        Assert.Equal(
            [
                new("session.timeout", "\"1h\"", "\"5m\"", false),
                new("remote.r.auth.secret", "\"***\"", "\"***\"", true),
                new("list.only", "\"a\"", null, false),
                new("list.other", null, "\"b\"", false),
            ],
            ConfigDifference.Between(a, b));
    }

    static IReadOnlyList<EffectiveValue> Read(string text) => EffectiveConfiguration.Of(EffectiveConfiguration.ReadTables(text, "c.toml"));
}
