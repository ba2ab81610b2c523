using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;

namespace Posthouse.Tests.Remotes;

/// <summary>A host that takes one connection and no more still serves everybody over that one.</summary>
public class RefusedConnectTests
{
    readonly TaskCompletionSource _asked = new();
    readonly TaskCompletionSource _gate = new();
    readonly FakeTimeProvider _time = new();
    readonly ScriptedDialler _dialler;

    public RefusedConnectTests() => _dialler = new ScriptedDialler(
        async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("VRFY a\r\n");
            _asked.SetResult();
            await _gate.Task;
            await peer.SayAsync("250 a\r\n");
            await peer.ExpectAsync("VRFY b\r\n");
            await peer.SayAsync("250 b\r\n");
            await peer.FarewellAsync();
        },
        peer => peer.SayAsync("421 4.7.0 too many connections from you\r\n"));

    [Fact]
    public async Task A_failed_connect_fails_nobody_whom_a_busy_connection_may_still_serve()
    {
        await using (var host = _dialler.Host(time: _time))
        {
            var first = host.VerifyAsync("a", SandboxedHost.Token).AsTask();
            await _asked.Task;
            var second = host.VerifyAsync("b", SandboxedHost.Token).AsTask();
            await RefusedAsync(host);

            _gate.SetResult();

            Assert.Equal(AnswerKind.Yes, (await first).Kind);
            Assert.Equal(AnswerKind.Yes, (await second).Kind);
        }
        Assert.Equal(2, _dialler.Dialled);
        await _dialler.PlayedAsync();
    }

    [Fact]
    public async Task Who_waited_for_it_in_vain_hears_of_the_failed_connect()
    {
        await using var host = _dialler.Host(define: options => options with { Timeouts = new() { Command = TimeSpan.FromMinutes(5) } }, time: _time);
        _ = host.VerifyAsync("a", SandboxedHost.Token).AsTask();
        await _asked.Task;
        var second = host.VerifyAsync("b", SandboxedHost.Token).AsTask();
        await RefusedAsync(host);

        _time.Advance(host.Options.Timeout);

        var answer = await second;
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.timeout (60s)", answer.Reason, StringComparison.Ordinal);
        Assert.Contains("421 4.7.0 too many connections from you", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connect_that_fails_before_another_succeeds_fails_nobody()
    {
        var (greeting, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        var dialler = new ScriptedDialler(
            async peer =>
            {
                await greeting.Task;
                await peer.GreetAsync();
                for (var i = 0; i < 2; i++)
                {
                    await peer.LineAsync();
                    await peer.SayAsync("250 here\r\n");
                }
                await peer.FarewellAsync();
            },
            async peer =>
            {
                await peer.SayAsync("421 4.7.0 one is enough\r\n");
                await peer.ExpectCloseAsync();
                gone.SetResult();
            });
        await using (var host = dialler.Host(time: _time))
        {
            var answers = Task.WhenAll(host.VerifyAsync("a", SandboxedHost.Token).AsTask(), host.VerifyAsync("b", SandboxedHost.Token).AsTask());
            await gone.Task;
            while (host.Snapshot().Connecting > 1)
                await Task.Yield();

            greeting.SetResult();

            Assert.All(await answers, answer => Assert.Equal(AnswerKind.Yes, answer.Kind));
        }
        Assert.Equal(2, dialler.Dialled);
        await dialler.PlayedAsync();
    }

    async Task RefusedAsync(Posthouse.Remotes.Hosts.RemoteHost host)
    {
        while (_dialler.Dialled < 2 || host.Snapshot().Connecting > 0 || host.Snapshot().Opened < 1)
            await Task.Yield();
    }
}
