using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;
using Posthouse.Wire.Replies;

namespace Posthouse.Tests.Remotes;

public class EstablishmentTests
{
    static readonly RemoteTlsOptions Require = new() { Implicit = false, AllowInvalidCerts = true };

    [Theory]
    [InlineData(SandboxProtocol.Smtp, SandboxTls.StartTls)]
    [InlineData(SandboxProtocol.Smtp, SandboxTls.Implicit)]
    [InlineData(SandboxProtocol.Lmtp, SandboxTls.StartTls)]
    [InlineData(SandboxProtocol.Imap, SandboxTls.StartTls)]
    [InlineData(SandboxProtocol.Imap, SandboxTls.Implicit)]
    public async Task A_login_goes_over_TLS(SandboxProtocol protocol, SandboxTls tls)
    {
        await using var box = await SandboxedHost.StartAsync(protocol,
            options => options with { Tls = Require with { Implicit = tls == SandboxTls.Implicit } }, options => options with { Tls = tls });
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, SandboxTls.StartTls)]
    [InlineData(SandboxProtocol.Imap, SandboxTls.Implicit)]
    public async Task An_unknown_certificate_is_no_way_in(SandboxProtocol protocol, SandboxTls tls)
    {
        await using var box = await SandboxedHost.StartAsync(protocol,
            options => options with { Tls = new RemoteTlsOptions { Implicit = tls == SandboxTls.Implicit } }, options => options with { Tls = tls });

        var answer = await box.LogInAsync("jane@example.org", "tulip");

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("certificate", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(0, box.Journal.Count("AUTH") + box.Journal.Count("AUTHENTICATE"));
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp)]
    [InlineData(SandboxProtocol.Imap)]
    public async Task STARTTLS_stripped_or_refused_under_require_lets_nothing_out(SandboxProtocol protocol)
    {
        await using var box = await SandboxedHost.StartAsync(protocol, options => options with { Tls = Require }, options => options with { Tls = SandboxTls.StartTls });
        box.Server.Faults.HideStartTls = true;
        var stripped = await box.LogInAsync("jane@example.org", "tulip");
        box.Server.Faults.HideStartTls = false;
        box.Server.Faults.RefuseStartTls = true;
        var refused = await box.LogInAsync("jane@example.org", "tulip");

        foreach (var answer in new[] { stripped, refused })
        {
            Assert.Equal(AnswerKind.Unavailable, answer.Kind);
            Assert.Contains("remote.box.tls.starttls", answer.Reason, StringComparison.Ordinal);
        }
        Assert.Equal(0, box.Journal.Count("AUTH") + box.Journal.Count("AUTHENTICATE") + box.Journal.Count("LOGIN"));
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, "250-injected\r\n250 AUTH PLAIN\r\n")]
    [InlineData(SandboxProtocol.Imap, "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")]
    public async Task What_is_said_in_clear_after_the_go_ahead_for_TLS_ends_it(SandboxProtocol protocol, string injected)
    {
        await using var box = await SandboxedHost.StartAsync(protocol, options => options with { Tls = Require }, options => options with { Tls = SandboxTls.StartTls });
        box.Server.Faults.InjectAfterStartTls = System.Text.Encoding.ASCII.GetBytes(injected);

        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("jane@example.org", "tulip")).Kind);
        Assert.Equal(0, box.Journal.Count("AUTH") + box.Journal.Count("AUTHENTICATE"));
    }

    [Fact]
    public async Task Our_own_login_refused_or_not_offered_names_its_setting()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Auth = new RemoteAuthOptions("relay", "wrong") });
        var refused = await box.CheckAsync("jane@example.org");
        box.Server.Faults.StripAuth = true;
        var missing = await box.CheckAsync("jane@example.org");

        Assert.Equal((AnswerKind.Unavailable, AnswerKind.Unavailable), (refused.Kind, missing.Kind));
        Assert.Contains("remote.box.auth", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("remote.box.auth", missing.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", refused.Reason, StringComparison.Ordinal);
        var outcome = Assert.Single((await box.RelayAsync("a: b\r\n\r\n", "jane@example.org")).Outcomes);
        Assert.Equal((Disposition.Temporary, Blame.Definition), (outcome.Disposition, outcome.Blame));
    }

    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    public async Task Our_own_login_goes_by_any_mechanism(string mechanism)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp,
            options => options with { Auth = new RemoteAuthOptions("relay", "mule") }, options => options with { RequireAuth = true, Mechanisms = [mechanism] });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
    }

    [Theory]
    [InlineData(421)]
    [InlineData(554)]
    public async Task A_greeting_that_refuses_makes_the_host_unavailable_and_no_more(int code)
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        box.Server.Faults.GreetingReply = new Reply(code, null, "not now");

        Assert.Equal(AnswerKind.Unavailable, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(Disposition.Temporary, Assert.Single((await box.RelayAsync("a: b\r\n\r\n", "jane@example.org")).Outcomes).Disposition);
    }

    [Fact]
    public async Task A_host_that_never_greets_costs_the_timeout_and_no_more()
    {
        var time = new FakeTimeProvider();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, services: new RemoteHostServices { Time = time });
        box.Server.Faults.NoGreeting = true;

        var check = box.CheckAsync("jane@example.org");
        await box.Journal.WaitAsync(() => box.Journal.Connections == 1, SandboxedHost.Token);
        Assert.False(check.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(20));

        var answer = await check;
        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.timeout", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(550)]
    public async Task HELO_is_said_where_EHLO_is_not_known_and_nothing_needs_it(int code)
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.SayAsync("220 old\r\n");
            await peer.ExpectAsync("EHLO post.example\r\n");
            await peer.SayAsync($"{code} what\r\n");
            await peer.ExpectAsync("HELO post.example\r\n");
            await peer.SayAsync("250 old\r\n");
            await peer.ExpectAsync("VRFY jane\r\n");
            await peer.SayAsync("250 <jane@old>\r\n");
            await peer.FarewellAsync();
        });
        await using (var host = dialler.Host())
            Assert.Equal(AnswerKind.Yes, (await host.VerifyAsync("jane", SandboxedHost.Token)).Kind);
        await dialler.PlayedAsync();
    }

    [Theory]
    [InlineData("220 x\r\n250 y\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("220-a\r\n250 b\r\n")]
    [InlineData("")]
    public async Task A_greeting_that_is_none_makes_the_host_unavailable(string greeting)
    {
        var dialler = new ScriptedDialler(peer => peer.SayAsync(greeting));
        await using var host = dialler.Host();
        Assert.Equal(AnswerKind.Unavailable, (await host.VerifyAsync("jane", SandboxedHost.Token)).Kind);
    }

    [Fact]
    public async Task No_secret_goes_over_a_network_in_clear_unless_the_operator_wrote_so()
    {
        var optional = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 AUTH PLAIN LOGIN");
            await peer.FarewellAsync();
        })
        { IsLocal = false };
        await using (var host = optional.Host(define: options => options with { Tls = new RemoteTlsOptions { Implicit = false, StartTls = StartTlsPolicy.Optional } }))
            Assert.Contains("remote.box.tls.starttls", (await LogInAsync(host)).Reason, StringComparison.Ordinal);
        await optional.PlayedAsync();

        var disabled = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 AUTH PLAIN LOGIN");
            await peer.ExpectAsync("AUTH PLAIN AGphbmUAdHVsaXA=\r\n");
            await peer.SayAsync("235 ok\r\n");
            await peer.FarewellAsync();
        })
        { IsLocal = false };
        await using (var host = disabled.Host())
            Assert.Equal(AnswerKind.Yes, (await LogInAsync(host)).Kind);
        await disabled.PlayedAsync();
    }

    [Fact]
    public async Task A_name_is_resolved_and_each_of_its_addresses_tried()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Address = "localhost" });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
    }

    static async Task<Answer> LogInAsync(RemoteHost host)
    {
        using var credentials = new Posthouse.Wire.Sasl.Credentials("jane", "tulip"u8);
        return await host.AuthenticateAsync(credentials, SandboxedHost.Token);
    }
}
