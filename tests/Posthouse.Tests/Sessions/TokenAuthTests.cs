using System.Text;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Sessions;

/// <summary>AUTH by bearer token: OAUTHBEARER (RFC 7628) and XOAUTH2.</summary>
public class TokenAuthTests
{
    // {"status":"invalid_token"}
    const string Error = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=";

    static readonly string Jane = Bearer("n,a=jane,", "secret");

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static string Bearer(string opening, string token) => Base64($"{opening}\u0001auth=Bearer {token}\u0001\u0001");

    static SessionUnderTest Session(int errors = 3) => new SessionUnderTest().Tls().With(model => model with
    {
        Auth = model.Auth with { Mechanisms = Setting<IReadOnlyList<string>>.Of(["PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2"]), ErrorsTotal = errors },
    });

    [Theory]
    [InlineData("OAUTHBEARER", "n,a=jane,")]
    [InlineData("oauthbearer", "y,a=jane,")]
    [InlineData("XOAUTH2", "user=jane")]
    public async Task A_token_logs_in_with_and_without_an_initial_response(string mechanism, string opening)
    {
        foreach (var isAsked in new[] { false, true })
        {
            await using var session = await Session().GreetedAsync();
            var message = Bearer(opening, "secret");
            if (isAsked)
            {
                await session.SendAsync($"AUTH {mechanism}\r\n");
                Assert.Equal("334 ", await session.LineAsync());
            }
            await session.SendAsync(isAsked ? $"{message}\r\n" : $"AUTH {mechanism} {message}\r\n");
            Assert.Equal("235 2.7.0 Authentication succeeded", await session.LineAsync());
            Assert.Equal(["login jane:secret"], session.Lookups.Asked);
            Assert.Equal(CredentialKind.BearerToken, session.Lookups.SecretKind);
        }
    }

    [Fact]
    public async Task A_password_is_asked_as_a_password()
    {
        await using var session = await Session().GreetedAsync();
        await session.SendAsync($"AUTH PLAIN {Base64("\0jane\0secret")}\r\n");
        Assert.Equal("235 2.7.0 Authentication succeeded", await session.LineAsync());
        Assert.Equal(CredentialKind.Password, session.Lookups.SecretKind);
    }

    [Fact]
    public async Task The_mechanisms_are_offered_under_TLS_and_in_clear_not()
    {
        await using var session = Session().Start();
        await session.LineAsync();
        await session.SendAsync("EHLO client.example.net\r\n");
        Assert.Contains("AUTH PLAIN LOGIN OAUTHBEARER XOAUTH2\r\n", session.Unread(), StringComparison.Ordinal);

        await using var clear = new SessionUnderTest().With(_ => session.Model).Start();
        await clear.LineAsync();
        await clear.SendAsync("EHLO client.example.net\r\n");
        Assert.DoesNotContain("AUTH", clear.Unread(), StringComparison.Ordinal);
        await clear.SendAsync($"AUTH OAUTHBEARER {Jane}\r\n");
        Assert.Equal("538 5.7.11 Encryption required for authentication", await clear.LineAsync());
        Assert.Empty(clear.Lookups.Asked);
    }

    [Fact]
    public async Task A_mechanism_that_is_not_configured_is_not_spoken()
    {
        await using var session = await new SessionUnderTest().Tls().GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH OAUTHBEARER {Jane}
            S: 504 5.5.4…
            """);
    }

    [Fact]
    public async Task Whoever_logged_in_is_the_name_and_not_the_token()
    {
        var seen = new HashSet<string>();
        await using var session = await Session()
            .With(m => m with { Rcpt = m.Rcpt with { Relay = new ComputedFlag(s => seen.Add(s.Text(RuleVariable.AuthenticatedAs))) } }).GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH OAUTHBEARER {Bearer("n,a=Jane.D@Example.ORG,", "secret")}
            S: 235 2.7.0…
            C: MAIL FROM:<a@b.example>
            S: 250 2.1.0…
            C: RCPT TO:<x@elsewhere.example>
            S: 250 2.1.5…
            """);
        Assert.Equal(["Jane.D@Example.ORG"], seen);
    }

    [Theory]
    [InlineData("OAUTHBEARER", "n,a=jane,", "AQ==", "535 5.7.8 Authentication credentials invalid")]
    [InlineData("XOAUTH2", "user=jane", "", "535 5.7.8 Authentication credentials invalid")]
    [InlineData("XOAUTH2", "user=jane", "AQ==", "535 5.7.8 Authentication credentials invalid")]
    [InlineData("OAUTHBEARER", "n,a=jane,", "!!!!", "535 5.7.8 Authentication credentials invalid")]
    [InlineData("OAUTHBEARER", "n,a=jane,", "*", "501 5.7.0 Authentication cancelled")]
    public async Task A_wrong_token_gets_the_error_first_and_the_refusal_after_its_acknowledgement(string mechanism, string opening, string answer, string reply)
    {
        await using var session = await Session(errors: 2).GreetedAsync();
        for (var i = 0; i < 2; i++)
        {
            await session.SendAsync($"AUTH {mechanism} {Bearer(opening, "wrong")}\r\n");
            Assert.Equal($"334 {Error}", await session.LineAsync());
            await session.SendAsync($"{answer}\r\n");
            Assert.Equal(reply, await session.LineAsync());
        }
        // However it ends, it counts.
        Assert.Equal("421 4.7.0 Too many errors\r\n", await session.RestAsync());
        Assert.Equal(SessionEnd.TooManyErrors, await session.Ended);
    }

    [Fact]
    public async Task The_error_comes_after_the_wait()
    {
        await using var session = await Session().With(m => m with { Auth = m.Auth with { ErrorsWait = TimeSpan.FromSeconds(5) } }).GreetedAsync();
        await session.SendAsync($"AUTH XOAUTH2 {Bearer("user=jane", "wrong")}\r\n");
        session.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal("", session.Unread());
        session.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal($"334 {Error}", await session.LineAsync());
    }

    [Fact]
    public async Task Who_leaves_after_the_error_has_left()
    {
        await using var session = await Session().GreetedAsync();
        await session.SendAsync($"AUTH XOAUTH2 {Bearer("user=jane", "wrong")}\r\n");
        Assert.Equal($"334 {Error}", await session.LineAsync());
        await session.CloseAsync();
        Assert.Equal(SessionEnd.ClientLeft, await session.Ended);
    }

    [Theory]
    [InlineData("OAUTHBEARER", "n,,", "535 5.7.8 The user name is missing: send it as a= in the GS2 header")]
    [InlineData("OAUTHBEARER", "n,user=jane,", "501 5.5.2 Cannot decode response")]
    [InlineData("OAUTHBEARER", "user=jane", "501 5.5.2 Cannot decode response")]
    [InlineData("XOAUTH2", "n,a=jane,", "501 5.5.2 Cannot decode response")]
    [InlineData("OAUTHBEARER", "n,a=ja\u0001ne,", "334 " + Error)]
    public async Task A_message_that_names_nobody_or_is_none_asks_no_host(string mechanism, string opening, string reply)
    {
        await using var session = await Session().GreetedAsync();
        await session.SendAsync($"AUTH {mechanism} {Bearer(opening, "secret")}\r\n");
        Assert.Equal(reply, await session.LineAsync());
        Assert.Empty(session.Lookups.Asked);
    }

    [Fact]
    public async Task An_unavailable_host_is_temporary_and_no_error_is_told()
    {
        await using var session = await Session().GreetedAsync();
        await session.PlayAsync($"""
            C: AUTH OAUTHBEARER {Bearer("n,a=down,", "secret")}
            S: 454 4.7.0 Temporary authentication failure
            """);
    }

    [Fact]
    public async Task A_token_of_8192_octets_is_taken_on_the_command_and_in_a_response()
    {
        var token = new string('x', 8192);
        await using var session = await Session().GreetedAsync();
        await session.SendAsync($"auth OAUTHBEARER {Bearer("n,a=down,", token)}\r\n");
        Assert.StartsWith("454", await session.LineAsync(), StringComparison.Ordinal);
        await session.SendAsync($"AUTH XOAUTH2\r\n{Bearer("user=down", token)}\r\n");
        Assert.Equal("334 ", await session.LineAsync());
        Assert.StartsWith("454", await session.LineAsync(), StringComparison.Ordinal);
        Assert.Equal([$"login down:{token}", $"login down:{token}"], session.Lookups.Asked);
    }

    [Fact]
    public async Task A_command_is_longer_than_others_for_AUTH_alone_and_bounded_too()
    {
        await using var session = await Session().GreetedAsync();
        await session.SendAsync($"NOOP {new string('A', 2048)}\r\nAUTHX {new string('A', 2048)}\r\nAUTH PLAIN {new string('A', 12400)}\r\nNOOP\r\n");
        Assert.Equal("500 5.5.2 Line too long", await session.LineAsync());
        Assert.Equal("500 5.5.2 Line too long", await session.LineAsync());
        Assert.Equal("500 5.5.2 Line too long", await session.LineAsync());
        Assert.Equal("250 2.0.0 OK", await session.LineAsync());
    }

    [Fact]
    public async Task However_the_octets_are_cut_the_replies_are_the_same()
    {
        var said = $"AUTH OAUTHBEARER {Bearer("n,a=jane,", "wrong")}\r\nAQ==\r\nAUTH XOAUTH2\r\n{Bearer("user=jane", "secret")}\r\n";
        var whole = await RepliesAsync([said]);
        Assert.Equal($"334 {Error}\r\n535 5.7.8 Authentication credentials invalid\r\n334 \r\n235 2.7.0 Authentication succeeded\r\n", whole);
        Assert.Equal(whole, await RepliesAsync([.. said.Select(octet => octet.ToString())]));
        for (var cut = 1; cut < said.Length; cut++)
            Assert.Equal(whole, await RepliesAsync([said[..cut], said[cut..]]));

        static async Task<string> RepliesAsync(IReadOnlyList<string> pieces)
        {
            await using var session = await Session().GreetedAsync();
            foreach (var piece in pieces)
                await session.SendAsync(piece);
            await session.CloseAsync();
            return await session.RestAsync();
        }
    }

    [Fact]
    public async Task No_token_reaches_a_log()
    {
        await using var session = await Session().GreetedAsync();
        var wrong = Bearer("n,a=jane,", "canary");
        await session.PlayAsync($"""
            C: AUTH OAUTHBEARER {wrong}
            S: 334…
            C: AQ==
            S: 535 5.7.8…
            C: AUTH OAUTHBEARER {Jane}
            S: 235 2.7.0…
            C: QUIT
            S: 221 …
            """);
        Assert.Contains(session.Log.Lines, line => line.Contains("logged in as jane", StringComparison.Ordinal));
        Assert.DoesNotContain(session.Log.Lines, line => new[] { "canary", "secret", wrong, Jane }.Any(word => line.Contains(word, StringComparison.Ordinal)));
    }
}
