using System.Text;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Pooling;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Sasl;

namespace Posthouse.Tests.Remotes;

/// <summary>A host that takes one connection and no more still serves everybody over that one.</summary>
public class RefusedConnectTests
{
    readonly TaskCompletionSource _asked = new();
    readonly TaskCompletionSource _gate = new();
    readonly TaskCompletionSource _closed = new();
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

    [Fact]
    public async Task Where_a_host_takes_no_more_an_idle_connection_of_another_kind_makes_room()
    {
        var dialler = new ScriptedDialler(
            async peer =>
            {
                await LogInAsync(peer, "relay", "mule");
                await peer.ExpectAsync("VRFY a\r\n");
                await peer.SayAsync("250 a\r\n");
                await peer.FarewellAsync();
                _gate.SetResult();
            },
            RefuseAsync,
            async peer =>
            {
                // In the place of the first, and not before it is free.
                Assert.True(_gate.Task.IsCompleted);
                await LogInAsync(peer, "jane@example.org", "tulip");
                await peer.FarewellAsync();
            });
        await using (var host = dialler.Host(define: options => options with { Auth = new RemoteAuthOptions("relay", "mule") }, time: _time))
        {
            await host.VerifyAsync("a", SandboxedHost.Token);
            using var credentials = new Credentials("jane@example.org", "tulip"u8);

            Assert.Equal(AnswerKind.Yes, (await host.AuthenticateAsync(credentials, SandboxedHost.Token)).Kind);
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task A_place_is_free_once_the_connection_that_had_it_is_closed()
    {
        var dialler = new ScriptedDialler(
            async peer =>
            {
                await ServeAsync(peer);
                _closed.SetResult();
            },
            RefuseAsync,
            async peer =>
            {
                Assert.True(_closed.Task.IsCompleted);
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY b\r\n");
                await peer.SayAsync("250 b\r\n");
                await peer.FarewellAsync();
            });
        await using (var host = dialler.Host(define: options => options with { Limits = new RemoteLimits { Requests = 1 } }, time: _time))
        {
            var first = host.VerifyAsync("a", SandboxedHost.Token).AsTask();
            await _asked.Task;
            var second = host.VerifyAsync("b", SandboxedHost.Token).AsTask();
            await RefusedAsync(dialler, host);

            _gate.SetResult();

            Assert.Equal((AnswerKind.Yes, AnswerKind.Yes), ((await first).Kind, (await second).Kind));
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public void What_a_host_takes_is_learnt_anew_one_by_one_and_forgotten_with_its_last_connection()
    {
        var options = new RemoteHostOptions { Id = "box", Address = "x", Protocol = RemoteProtocol.Smtp, Concurrency = 6 };
        Refusals refusals = null!;
        refusals = new Refusals(options, _time, () => refusals.EndRest(taken: 3));
        var refusal = new HostUnavailableException("421 enough");
        Assert.Equal(6, refusals.Room);

        refusals.Refused(4, refusal);
        refusals.Refused(3, refusal);
        Assert.Equal((3, refusal), (refusals.Room, refusals.Latest));
        // One that worked beside them does not end the rest.
        refusals.Worked(3);
        Assert.Equal(3, refusals.Room);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, refusals.Room);
        refusals.Worked(4);
        Assert.Equal((5, null), (refusals.Room, refusals.Latest));
        refusals.Worked(5);
        Assert.Equal(6, refusals.Room);

        refusals.Refused(0, refusal);
        Assert.Equal(1, refusals.Room);
        refusals.Forget();
        Assert.Equal(6, refusals.Room);
    }

    static async Task LogInAsync(ScriptedPeer peer, string user, string secret)
    {
        await peer.GreetAsync("250 AUTH PLAIN");
        await peer.ExpectAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{secret}"))}\r\n");
        await peer.SayAsync("235 2.7.0 in\r\n");
    }

    static async Task RefusedAsync(ScriptedDialler dialler, RemoteHost host, int dialled = 2)
    {
        while (dialler.Dialled < dialled || host.Snapshot().Connecting > 0 || host.Snapshot().Opened < 1)
            await Task.Yield();
    }
}
