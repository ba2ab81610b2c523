using System.Net;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Remotes.Answers;

namespace Posthouse.Tests.Sessions;

/// <summary>DIALECT §6 and HARDENING §2 H.</summary>
public class AuthTests
{
    static readonly string Jane = Base64("\0jane\0secret");

    static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task Plain_with_an_initial_response_logs_in()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 235 2.7.0 Authentication succeeded
            C: AUTH PLAIN {Jane}
            S: 503 5.5.1 Already authenticated
            """);
        Assert.Equal(["login jane:secret"], session.Lookups.Asked);
    }

    [Fact]
    public async Task A_login_is_asked_on_behalf_of_the_client()
    {
        await using var session = new SessionUnderTest().Tls();
        session.Connection = session.Connection with { RemotePort = 50000, LocalPort = 587 };
        await session.GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 235 2.7.0…
            """);

        Assert.Equal(new ClientIdentity(IPAddress.Parse("192.0.2.7"), 50000)
        {
            LocalAddress = IPAddress.Parse("192.0.2.1"), LocalPort = 587, HelloName = "client.example.net", IsExtended = true,
        }, session.Lookups.Client);
    }

    [Fact]
    public async Task Plain_without_an_initial_response_is_asked_for()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.SendAsync("auth plain\r\n");
        Assert.Equal("334 \r\n", session.Unread());
        await session.PlayAsync($"""
            C: {Jane}
            S: 235 2.7.0…
            """);
    }

    [Fact]
    public async Task A_login_stays_over_rset_and_ehlo_and_rules_see_it_as_given()
    {
        var seen = new HashSet<string>();
        await using var session = await new SessionUnderTest().Tls()
            .With(m => m with { Rcpt = m.Rcpt with { Relay = new ComputedFlag(s => seen.Add(s.Text(RuleVariable.AuthenticatedAs))) } }).GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Base64("\0Jane.D@Example.ORG\0secret")}
            S: 235 2.7.0…
            C: RSET
            S: 250 …
            C: HELO other.example.net
            S: 250 …
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<x@elsewhere.example>
            S: 250 2.1.5…
            """);
        Assert.Equal(["Jane.D@Example.ORG"], seen);
    }

    [Fact]
    public async Task Login_asks_twice()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: {Base64("jane")}
            S: 334 UGFzc3dvcmQ6
            C: {Base64("secret")}
            S: 235 2.7.0…
            """);
    }

    [Fact]
    public async Task A_login_on_loopback_is_taken_in_clear_if_allowed()
    {
        await using var session = await new SessionUnderTest().Loopback().With(m => m with { Auth = m.Auth with { AllowPlainText = true } }).GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 235 2.7.0…
            """);
    }

    [Fact]
    public async Task In_clear_a_login_needs_tls_first_and_no_host_is_asked()
    {
        await using var session = await new SessionUnderTest().GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 538 5.7.11 Encryption required for authentication
            """);
        Assert.Empty(session.Lookups.Asked);
        Assert.DoesNotContain(session.Log.Lines, line => line.Contains(Jane, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_mechanisms_there_is_no_auth()
    {
        await using var session = await new SessionUnderTest().Tls()
            .With(m => m with { Auth = m.Auth with { Mechanisms = Setting<IReadOnlyList<string>>.Of([]) } }).GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 503 5.5.1 AUTH not offered here
            """);
    }

    [Theory]
    [InlineData("", "501 5.5.4")]
    [InlineData("FOO", "504 5.5.4")]
    [InlineData("EXTERNAL =", "504 5.5.4")]
    [InlineData("CRAM-MD5", "504 5.5.4")]
    [InlineData("PLAIN !!!!", "501 5.5.2")]
    [InlineData("PLAIN =AAA", "501 5.5.2")]
    [InlineData("PLAIN QR==", "501 5.5.2")]
    [InlineData("PLAIN AG Vz", "501 5.5.2")]
    [InlineData("PLAIN =", "501 5.5.2")]
    [InlineData("PLAIN AAA=", "535 5.7.8")]
    [InlineData("PLAIN AGphbmUA", "535 5.7.8")]
    [InlineData("PLAIN am9lAGphbmUAc2VjcmV0", "535 5.7.8")]
    public async Task An_exchange_that_asks_no_host(string argument, string reply)
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.SendAsync($"AUTH {argument}\r\n");
        Assert.StartsWith(reply, await session.LineAsync(), StringComparison.Ordinal);
        Assert.Empty(session.Lookups.Asked);
    }

    [Theory]
    [InlineData("*\r\n", "501 5.7.0 Authentication cancelled")]
    [InlineData("QR==\r\n", "501 5.5.2 Cannot decode response")]
    [InlineData("\n", "501 5.5.2 Cannot decode response")]
    public async Task An_exchange_may_end_in_its_middle_and_the_next_one_starts_anew(string response, string reply)
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.SendAsync("AUTH LOGIN\r\n" + response);
        Assert.Equal($"334 VXNlcm5hbWU6\r\n{reply}\r\n", session.Unread());
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 235 2.7.0…
            """);
    }

    [Fact]
    public async Task A_response_is_bounded_to_12288_octets()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.SendAsync($"AUTH PLAIN\r\n{new string('A', 12288)}\r\n");
        Assert.Equal("334 \r\n501 5.5.2 Cannot decode response\r\n", session.Unread());
        await session.SendAsync($"AUTH PLAIN\r\n{new string('A', 12292)}\r\n");
        Assert.Equal("334 \r\n500 5.5.6 Authentication exchange line is too long\r\n", session.Unread());
    }

    [Fact]
    public async Task An_unavailable_host_is_temporary_and_counts_as_no_error()
    {
        await using var session = await new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { ErrorsTotal = 1 } }).GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Base64("\0down\0secret")}
            S: 454 4.7.0 Temporary authentication failure
            C: AUTH PLAIN {Base64("\0down\0secret")}
            S: 454 4.7.0 Temporary authentication failure
            """);
    }

    [Fact]
    public async Task An_unavailable_host_is_told_no_sooner_than_a_wrong_login()
    {
        await using var session = await new SessionUnderTest().Tls()
            .With(m => m with { Auth = m.Auth with { ErrorsWait = TimeSpan.FromSeconds(5) } }).GreetedAsync();
        await session.SendAsync($"AUTH PLAIN {Base64("\0down\0secret")}\r\n");
        session.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal("", session.Unread());
        session.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("454 4.7.0 Temporary authentication failure", await session.LineAsync());
    }

    [Fact]
    public async Task A_lookup_rule_that_cannot_be_decided_is_temporary()
    {
        var ladder = new Computed<LookupLadder>(s => s.Text(RuleVariable.Login).Length == 0 ? TestModels.Ladder : null);
        await using var session = await new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { Lookup = ladder } }).GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 454 4.7.0 Temporary authentication failure
            """);
    }

    [Fact]
    public async Task A_login_whose_rule_yields_no_lookup_is_wrong()
    {
        var ladder = new Computed<LookupLadder>(s => s.Text(RuleVariable.LoginDomain) == "example.org" ? TestModels.Ladder : LookupLadder.None);
        await using var session = await new SessionUnderTest().Tls().With(m => m with { Auth = m.Auth with { Lookup = ladder } }).GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Jane}
            S: 535 5.7.8…
            C: AUTH PLAIN {Base64("\0jane@Example.org\0secret")}
            S: 535 5.7.8…
            """);
        Assert.Equal(["login jane@Example.org:secret"], session.Lookups.Asked);
    }

    [Fact]
    public async Task A_wrong_login_is_told_after_the_wait_and_the_nth_ends_the_session()
    {
        await using var session = await new SessionUnderTest().Tls()
            .With(m => m with { Auth = m.Auth with { ErrorsTotal = 2, ErrorsWait = TimeSpan.FromSeconds(5) } }).GreetedAsync();
        for (var i = 0; i < 2; i++)
        {
            await session.SendAsync($"AUTH PLAIN {Base64("\0jane\0wrong")}\r\n");
            session.Time.Advance(TimeSpan.FromSeconds(4.9));
            Assert.Equal("", session.Unread());
            session.Time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.Equal("535 5.7.8 Authentication credentials invalid", await session.LineAsync());
        }

        Assert.Equal("421 4.7.0 Too many errors\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.TooManyErrors, await session.Ended);
    }

    [Fact]
    public async Task A_shutdown_cuts_the_wait_short()
    {
        await using var session = await new SessionUnderTest().Tls()
            .With(m => m with { Auth = m.Auth with { ErrorsWait = TimeSpan.FromSeconds(5) } }).GreetedAsync();
        await session.SendAsync($"AUTH PLAIN {Base64("\0jane\0wrong")}\r\n");
        session.Drain();
        Assert.Equal("535 5.7.8 Authentication credentials invalid\r\n421 4.3.2 Shutting down\r\n", await session.RestAsync());
    }

    [Fact]
    public async Task No_secret_reaches_a_log()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH PLAIN {Base64("\0jane\0canary")}
            S: 535 5.7.8…
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: {Base64("canary")}
            S: 334 UGFzc3dvcmQ6
            C: {Base64("canary")}
            S: 535 5.7.8…
            C: {Base64("\0jane\0canary")}
            S: 500 5.5.2…
            C: AUTH PLAIN {Jane}
            S: 235 2.7.0…
            C: QUIT
            S: 221 …
            """);
        Assert.Contains(session.Log.Lines, line => line.Contains("logged in as jane", StringComparison.Ordinal));
        string[] forbidden = ["canary", "secret", Base64("canary"), Base64("\0jane\0canary"), Jane];
        Assert.DoesNotContain(session.Log.Lines, line => forbidden.Any(word => line.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_user_name_in_a_log_is_short_and_cannot_forge_a_line()
    {
        Assert.Equal("jane?x" + new string('a', 58), new ClientText("jane\nx" + new string('a', 100)).ToString());
    }

    [Fact]
    public async Task Leaving_in_the_middle_of_an_exchange_asks_no_host()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.SendAsync($"AUTH LOGIN\r\n{Base64("jane")}\r\n");
        await session.CloseAsync();
        Assert.Equal(SessionEnd.ClientLeft, await session.Ended);
        Assert.Empty(session.Lookups.Asked);
    }
}
