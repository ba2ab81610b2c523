using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Tests.Remotes;

/// <summary>A host that takes one connection and no more still serves everybody over that one.</summary>
public class RefusedConnectTests
{
    readonly TaskCompletionSource _asked = new();
    readonly TaskCompletionSource _gate = new();
    readonly FakeTimeProvider _time = new();
    readonly ScriptedDialler _dialler;

    public RefusedConnectTests() => _dialler = new ScriptedDialler(peer => ServeAsync(peer, "b"), RefuseAsync, RefuseAsync);

    async Task ServeAsync(ScriptedPeer peer, params string[] more)
    {
        await peer.GreetAsync();
        await peer.ExpectAsync("VRFY a\r\n");
        _asked.SetResult();
        await _gate.Task;
        await peer.SayAsync("250 a\r\n");
        foreach (var name in more)
        {
            await peer.ExpectAsync($"VRFY {name}\r\n");
            await peer.SayAsync($"250 {name}\r\n");
        }
        await peer.FarewellAsync();
    }

    static Task RefuseAsync(ScriptedPeer peer) => peer.SayAsync("421 4.7.0 too many connections from you\r\n");

    [Fact]
    public async Task A_failed_connect_fails_nobody_whom_a_busy_connection_may_still_serve()
    {
        await using (var host = _dialler.Host(time: _time))
        {
            var first = host.VerifyAsync("a", SandboxedHost.Token).AsTask();
            await _asked.Task;
            var second = host.VerifyAsync("b", SandboxedHost.Token).AsTask();
            await RefusedAsync(_dialler, host);

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
        await RefusedAsync(_dialler, host);

        // Those that were tried meanwhile had the same answer.
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

    [Fact]
    public async Task Who_waits_for_a_busy_connection_has_one_of_his_own_once_the_host_takes_more()
    {
        var dialler = new ScriptedDialler(
            peer => ServeAsync(peer),
            RefuseAsync,
            async peer =>
            {
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY b\r\n");
                await peer.SayAsync("250 b\r\n");
                await peer.FarewellAsync();
            });
        await using (var host = dialler.Host(time: _time))
        {
            var first = host.VerifyAsync("a", SandboxedHost.Token).AsTask();
            await _asked.Task;
            var second = host.VerifyAsync("b", SandboxedHost.Token).AsTask();
            await RefusedAsync(dialler, host);

            _time.Advance(TimeSpan.FromSeconds(1));

            Assert.Equal(AnswerKind.Yes, (await second).Kind);
            _gate.SetResult();
            Assert.Equal(AnswerKind.Yes, (await first).Kind);
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_host_that_takes_no_more_is_asked_ever_more_seldom_and_is_not_held_to_be_down()
    {
        var dialler = new ScriptedDialler([peer => ServeAsync(peer, "b", "c"), .. Enumerable.Repeat(RefuseAsync, 7)]);
        await using (var host = dialler.Host(time: _time))
        {
            var first = host.VerifyAsync("a", SandboxedHost.Token).AsTask();
            await _asked.Task;
            var second = host.VerifyAsync("b", SandboxedHost.Token).AsTask();
            await RefusedAsync(dialler, host);
            var third = host.VerifyAsync("c", SandboxedHost.Token).AsTask();
            Assert.Equal((2, 0), (dialler.Dialled, host.Snapshot().Connecting));

            // As often as the breaker would, at most.
            var refused = 2;
            foreach (var rest in (int[])[1, 2, 4, 8, 10, 10])
            {
                _time.Advance(TimeSpan.FromSeconds(rest) - TimeSpan.FromMilliseconds(1));
                Assert.Equal((refused, 0), (dialler.Dialled, host.Snapshot().Connecting));
                _time.Advance(TimeSpan.FromMilliseconds(1));
                await RefusedAsync(dialler, host, ++refused);
            }

            Assert.Equal(BreakerState.Closed, host.Snapshot().Breaker);
            _gate.SetResult();
            Assert.All(await Task.WhenAll(first, second, third), answer => Assert.Equal(AnswerKind.Yes, answer.Kind));
        }
        await dialler.PlayedAsync();
    }

    static async Task RefusedAsync(ScriptedDialler dialler, RemoteHost host, int dialled = 2)
    {
        while (dialler.Dialled < dialled || host.Snapshot().Connecting > 0 || host.Snapshot().Opened < 1)
            await Task.Yield();
    }
}
