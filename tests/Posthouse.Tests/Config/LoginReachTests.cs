namespace Posthouse.Tests.Config;

/// <summary>AUTH that is configured and that no client can reach.</summary>
public class LoginReachTests
{
    const string Warning = ": warning: session.auth.mechanisms: nobody can log in: no listener has tls.enable, and without TLS only auth.allow-plain-text lets clients on this machine";

    [Theory]
    [InlineData("mechanisms = [\"plain\"]", "2:14")]
    [InlineData("mechanisms = [ { if = \"listener\", eq = \"x\", then = \"plain\" }, { else = false } ]", "2:14")]
    [InlineData("mechanisms = [\"plain\"]\nallow-plain-text = true", null)]
    [InlineData("mechanisms = [\"plain\"]\nallow-plain-text = [ { if = \"listener\", eq = \"x\", then = true }, { else = false } ]", null)]
    [InlineData("mechanisms = false", null)]
    [InlineData("require = false", null)]
    public void It_is_warned_of_where_no_listener_has_TLS(string settings, string? place) =>
        Assert.Equal(place is null ? [] : [place + Warning], ConfigText.Problems($"[session.auth]\n{settings}\n"));

    [Fact]
    public void One_listener_with_TLS_is_enough()
    {
        const string Text = """
            [server.listener.submission]
            bind = "127.0.0.1:0"
            tls.enable = true
            [session.auth]
            mechanisms = ["plain"]
            """;
        Assert.DoesNotContain(ConfigText.Problems(Text), problem => problem.Contains("nobody can log in", StringComparison.Ordinal));
    }
}
