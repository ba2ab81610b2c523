using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

/// <summary>Logins by bearer token at a host, and what is kept of them.</summary>
public class TokenLoginTests
{
    const string Jane = "jane@example.org";

    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 8, 15, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(SandboxProtocol.Smtp, "OAUTHBEARER", true)]
    [InlineData(SandboxProtocol.Smtp, "XOAUTH2", true)]
    [InlineData(SandboxProtocol.Lmtp, "OAUTHBEARER", true)]
    [InlineData(SandboxProtocol.Imap, "OAUTHBEARER", true)]
    [InlineData(SandboxProtocol.Imap, "OAUTHBEARER", false)]
    [InlineData(SandboxProtocol.Imap, "XOAUTH2", true)]
    public async Task A_host_says_whether_a_token_is_right_however_long_it_is(SandboxProtocol protocol, string mechanism, bool saslIr)
    {
        foreach (var length in new[] { 20, 300, 600, 8192 })
        {
            await using var box = await StartAsync(protocol, serve: options => options with { Mechanisms = ["PLAIN", mechanism], SaslIr = saslIr });
            var (right, wrong) = (new string('r', length), new string('w', length));
            box.Accounts.SetToken(Jane, right);

            Assert.Equal(AnswerKind.No, (await LogInAsync(box, wrong)).Kind);
            Assert.Equal(AnswerKind.Yes, (await LogInAsync(box, right)).Kind);
            // A refusal that was acknowledged leaves the connection for the next login.
            Assert.Equal(1, box.Journal.Connections);
        }
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Imap)]
    public async Task A_token_goes_to_a_host_that_takes_tokens_or_nowhere(SandboxProtocol protocol)
    {
        await using var box = await StartAsync(protocol, serve: options => options with { Mechanisms = ["PLAIN", "LOGIN", "SCRAM-SHA-256", "CRAM-MD5"] });

        var answer = await LogInAsync(box, "tulip");

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("neither OAUTHBEARER nor XOAUTH2 (PLAIN LOGIN SCRAM-SHA-256 CRAM-MD5)", answer.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (box.Journal.Count("AUTH"), box.Journal.Count("AUTHENTICATE"), box.Journal.Count("LOGIN")));
    }

    [Fact]
    public async Task A_token_is_never_said_by_the_LOGIN_command()
    {
        await using var box = await StartAsync(SandboxProtocol.Imap, serve: options => options with { OfferAuth = false });

        Assert.Equal(AnswerKind.Unavailable, (await LogInAsync(box, "tulip")).Kind);
        Assert.Equal(0, box.Journal.Count("LOGIN"));
    }

    [Fact]
    public async Task A_password_goes_by_no_mechanism_for_tokens()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp, serve: options => options with { Mechanisms = ["OAUTHBEARER", "XOAUTH2"] });

        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync(Jane, "tulip")).Kind);
        Assert.Equal(0, box.Journal.Count("AUTH"));
    }

    [Theory]
    [InlineData("PLAIN XOAUTH2 OAUTHBEARER", "OAUTHBEARER")]
    [InlineData("XOAUTH2 PLAIN", "XOAUTH2")]
    public async Task The_mechanism_with_an_RFC_goes_first(string offered, string used)
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp, serve: options => options with { Mechanisms = offered.Split(' ') });
        var said = "";
        box.Server.Faults.OnCommand = (verb, shown) =>
        {
            said += verb == "AUTH" ? shown : "";
            return null;
        };

        await LogInAsync(box, "tulip");

        Assert.StartsWith($"AUTH {used}", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_and_a_password_with_the_same_octets_are_two_questions()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        box.Accounts.SetToken(Jane, "rose");
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync(Jane, "tulip")).Kind);
        Assert.Equal(AnswerKind.No, (await LogInAsync(box, "tulip")).Kind);
        // The token's refusal stands in no password's way.
        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), Brief(await box.LogInAsync(Jane, "tulip")));
        Assert.Equal((AnswerKind.No, AnswerSource.Cache), Brief(await LogInAsync(box, "tulip")));

        Assert.Equal(AnswerKind.Yes, (await LogInAsync(box, "rose")).Kind);
        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), Brief(await LogInAsync(box, "rose")));
        Assert.Equal((AnswerKind.No, AnswerSource.Host), Brief(await box.LogInAsync(Jane, "rose")));
    }

    [Fact]
    public async Task A_kept_yes_ends_with_the_token_that_tells_its_end()
    {
        await using var box = await StartAsync(SandboxProtocol.Imap, options => options with { Cache = new RemoteCacheOptions { Refresh = TimeSpan.MaxValue } });
        var token = Jwt(_time.GetUtcNow().AddHours(1));
        box.Accounts.SetToken(Jane, token);
        await LogInAsync(box, token);
        box.Accounts.SetToken(Jane, null);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), Brief(await LogInAsync(box, token)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((AnswerKind.No, AnswerSource.Host), Brief(await LogInAsync(box, token)));
    }

    [Fact]
    public async Task A_token_that_lives_longer_than_the_cache_allows_lengthens_nothing()
    {
        await using var box = await StartAsync(SandboxProtocol.Imap,
            options => options with { Cache = new RemoteCacheOptions { Positive = TimeSpan.FromMinutes(2), Refresh = TimeSpan.MaxValue } });
        var token = Jwt(_time.GetUtcNow().AddDays(300));
        box.Accounts.SetToken(Jane, token);
        await LogInAsync(box, token);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(AnswerSource.Host, (await LogInAsync(box, token)).Source);
    }

    [Fact]
    public async Task A_yes_to_a_token_that_has_ended_by_our_clock_is_given_and_not_kept()
    {
        await using var box = await StartAsync(SandboxProtocol.Imap);
        var token = Jwt(_time.GetUtcNow());
        box.Accounts.SetToken(Jane, token);

        Assert.Equal((AnswerKind.Yes, AnswerSource.Host), Brief(await LogInAsync(box, token)));
        Assert.Equal((AnswerKind.Yes, AnswerSource.Host), Brief(await LogInAsync(box, token)));
        Assert.Equal(0, box.Host.Snapshot().PositiveEntries);
    }

    [Fact]
    public async Task A_stale_yes_ends_with_its_token_too()
    {
        await using var box = await StartAsync(SandboxProtocol.Imap,
            options => options with { Cache = new RemoteCacheOptions { Positive = TimeSpan.FromMinutes(10), Stale = TimeSpan.FromHours(2) } });
        var token = Jwt(_time.GetUtcNow().AddHours(1));
        box.Accounts.SetToken(Jane, token);
        await LogInAsync(box, token);
        await box.Server.StopAsync();

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), Brief(await LogInAsync(box, token)));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(AnswerKind.Unavailable, (await LogInAsync(box, token)).Kind);
    }

    [Fact]
    public async Task An_opaque_token_is_asked_again_after_five_minutes_as_any_login()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);
        box.Accounts.SetToken(Jane, "opaque");
        await LogInAsync(box, "opaque");
        box.Accounts.SetToken(Jane, null);
        _time.Advance(TimeSpan.FromMinutes(5));

        // The first is answered while the host is asked behind its back.
        Assert.Equal((AnswerKind.Yes, AnswerSource.Cache), Brief(await LogInAsync(box, "opaque")));
        Assert.Equal(AnswerKind.No, (await LogInAsync(box, "opaque")).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\u0001auth=Bearer b")]
    [InlineData("\u00fc")]
    public async Task A_token_that_nobody_can_have_is_not_asked(string token)
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp);

        Assert.Equal((AnswerKind.No, AnswerSource.Local), Brief(await LogInAsync(box, token)));
        Assert.Equal((AnswerKind.No, AnswerSource.Local), Brief(await LogInAsync(box, new string('x', 8193))));
        Assert.Equal(0, box.Journal.Connections);
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, "235 come in\r\n", "AUTH OAUTHBEARER\r\n")]
    [InlineData(SandboxProtocol.Imap, "{tag} OK come in\r\n", "AUTHENTICATE OAUTHBEARER\r\n")]
    public async Task A_success_before_a_long_token_was_asked_for_is_not_believed(SandboxProtocol protocol, string success, string command)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            if (protocol == SandboxProtocol.Smtp)
                await peer.GreetAsync("250 AUTH OAUTHBEARER");
            else
                await peer.SayAsync("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER] ready\r\n");
            var line = await peer.LineAsync();
            Assert.EndsWith(command.TrimEnd(), line.TrimEnd(), StringComparison.Ordinal);
            await peer.SayAsync(success.Replace("{tag}", line.Split(' ')[0], StringComparison.Ordinal));
            await peer.ExpectCloseAsync();
        });
        await using (var host = dialler.Host(Enum.Parse<RemoteProtocol>(protocol.ToString())))
            Assert.Equal(AnswerKind.Unavailable, (await LogInAsync(host, new string('x', 8000))).Kind);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_token_is_not_said_in_clear_to_a_host_elsewhere()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 AUTH OAUTHBEARER");
            await peer.ExpectCloseAsync();
        }) { IsLocal = false };
        await using (var host = dialler.Host(define: options => options with { Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Optional } }))
        {
            var answer = await LogInAsync(host, "tulip");
            Assert.Equal(AnswerKind.Unavailable, answer.Kind);
            Assert.Contains("remote.box.tls.starttls", answer.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_hosts_own_login_may_be_a_token()
    {
        await using var box = await StartAsync(SandboxProtocol.Smtp,
            options => options with { Auth = new RemoteAuthOptions(new Credentials("relay", "ticket"u8, CredentialKind.BearerToken)) },
            options => options with { RequireAuth = true, Mechanisms = ["PLAIN", "OAUTHBEARER"] });
        box.Accounts.SetToken("relay", "ticket");

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync(Jane)).Kind);
        Assert.NotEqual(box.Host.Options.Auth, new RemoteAuthOptions("relay", "ticket"));
    }

    Task<SandboxedHost> StartAsync(
        SandboxProtocol protocol, Func<RemoteHostOptions, RemoteHostOptions>? define = null, Func<SandboxOptions, SandboxOptions>? serve = null) =>
        SandboxedHost.StartAsync(
            protocol, define, serve ?? (options => options with { Mechanisms = ["PLAIN", "OAUTHBEARER"] }), new RemoteHostServices { Time = _time });

    static Task<Answer> LogInAsync(SandboxedHost box, string token) => LogInAsync(box.Host, token);

    static async Task<Answer> LogInAsync(RemoteHost host, string token)
    {
        using var credentials = new Credentials(Jane, Encoding.UTF8.GetBytes(token), CredentialKind.BearerToken);
        return await host.AuthenticateAsync(credentials, SandboxedHost.Token);
    }

    static string Jwt(DateTimeOffset expiry) => $"e30.{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
        $$"""{"exp":{{expiry.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}}}"""))}.c2ln";

    static (AnswerKind, AnswerSource) Brief(Answer answer) => (answer.Kind, answer.Source);
}
