using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes.Tls;

/// <summary>Hosts that do not shake hands.</summary>
public class HandshakeTests
{
    static readonly RemoteTlsOptions Implicit = new();

    [Theory]
    [InlineData(SandboxProtocol.Smtp, "220 sandbox.test")]
    [InlineData(SandboxProtocol.Imap, "* OK")]
    public async Task A_host_that_speaks_clear_text_is_called_so(SandboxProtocol protocol, string words)
    {
        await using var box = await SandboxedHost.StartAsync(protocol, options => options with { Tls = Implicit });

        var answer = await box.LogInAsync("jane@example.org", "tulip");

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains($"TLS: the host answered in clear text (\"{words}", answer.Reason, StringComparison.Ordinal);
        Assert.EndsWith("remote.box.tls.implicit is true; hosts that begin in clear text want tls.implicit = false", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_goes_on_in_clear_text_after_STARTTLS_is_called_so()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.GreetAsync("250 STARTTLS");
            await peer.ExpectAsync("STARTTLS\r\n");
            await peer.SayAsync("220 go\r\n");
            await peer.ExpectAsync("\u0016");
            await peer.SayAsync("500 what is that\r\n");
        });
        await using var host = dialler.Host(define: options => options with { Tls = new RemoteTlsOptions { Implicit = false } });

        var answer = await host.VerifyAsync("jane", SandboxedHost.Token);

        Assert.Contains("TLS: the host answered in clear text (\"500 what is that\"); remote.box.tls.implicit is false and STARTTLS was said", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_hangs_up_is_asked_about_by_the_setting()
    {
        var dialler = new ScriptedDialler(peer => peer.ExpectAsync("\u0016"));
        await using var host = dialler.Host(define: options => options with { Tls = Implicit });
        Assert.Contains("Does the host speak TLS here? remote.box.tls.implicit is true", (await host.VerifyAsync("jane", SandboxedHost.Token)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_whose_words_only_begin_like_TLS_is_asked_about_by_the_setting()
    {
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.ExpectAsync("\u0016");
            await peer.SayAsync("\u0016\u0000\u0000\u0000\u0000\u0000 not a record\r\n");
        });
        await using var host = dialler.Host(define: options => options with { Tls = Implicit });

        var reason = (await host.VerifyAsync("jane", SandboxedHost.Token)).Reason;

        Assert.Contains("Does the host speak TLS here? remote.box.tls.implicit is true; hosts that begin in clear text want tls.implicit = false", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_says_nothing_has_half_a_minute_for_the_handshake()
    {
        var time = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        var dialler = new ScriptedDialler(async peer =>
        {
            await peer.ExpectAsync("\u0016");
            begun.SetResult();
            while (!await peer.HasClosedAsync())
            {
            }
        });
        await using var host = dialler.Host(define: options => options with { Tls = Implicit }, time: time);
        var asked = host.VerifyAsync("jane", SandboxedHost.Token).AsTask();
        await begun.Task;

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(asked.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("TLS: no handshake within 30s", (await asked).Reason, StringComparison.Ordinal);
    }
}
