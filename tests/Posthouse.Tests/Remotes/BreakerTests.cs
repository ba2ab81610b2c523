using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Hosts;
using Posthouse.Remotes.Telemetry;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

public class BreakerTests
{
    static readonly RemoteHostOptions Options = new() { Id = "box", Address = "x", Protocol = RemoteProtocol.Smtp, Breaker = new RemoteBreakerOptions { Failures = 3 } };

    readonly FakeTimeProvider _time = new();

    Breaker New() => new(Options, _time, NullLogger.Instance);

    [Fact]
    public void It_opens_after_so_many_failures_in_a_row_and_lets_one_try_after_the_cooldown()
    {
        var breaker = New();
        Open(breaker);
        Assert.Equal((BreakerState.Open, false), (breaker.State, breaker.MayBegin));
        Assert.Null(breaker.TryBegin());
        Assert.Contains("remote.box.breaker.cooldown (10s)", breaker.Refusal().Message, StringComparison.Ordinal);
        Assert.Contains("no route", breaker.Refusal().Message, StringComparison.Ordinal);

        // The cooldown is ten seconds, give or take one.
        _time.Advance(TimeSpan.FromSeconds(8.9));
        Assert.Equal(BreakerState.Open, breaker.State);
        _time.Advance(TimeSpan.FromSeconds(2.2));
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        Assert.Equal(ConnectPass.Probe, breaker.TryBegin());
        Assert.Null(breaker.TryBegin());
    }

    [Fact]
    public void A_success_between_failures_keeps_it_closed()
    {
        var breaker = New();
        for (var i = 0; i < 5; i++)
        {
            Fail(breaker);
            Fail(breaker);
            breaker.Succeeded(breaker.TryBegin()!.Value);
        }
        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void A_probe_that_fails_opens_it_again_one_that_works_closes_it_and_one_given_up_leaves_the_way_to_the_next()
    {
        var breaker = New();
        Open(breaker);
        _time.Advance(TimeSpan.FromSeconds(12));
        Fail(breaker);
        Assert.Equal(BreakerState.Open, breaker.State);

        _time.Advance(TimeSpan.FromSeconds(12));
        breaker.GivenUp(breaker.TryBegin()!.Value);
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        breaker.Succeeded(breaker.TryBegin()!.Value);
        Assert.Equal(BreakerState.Closed, breaker.State);
        Assert.Equal(ConnectPass.Ordinary, breaker.TryBegin());
    }

    [Fact]
    public void Failures_that_come_in_late_do_not_lengthen_the_cooldown_nor_end_the_probe()
    {
        var breaker = New();
        var late = breaker.TryBegin()!.Value;
        Open(breaker);
        _time.Advance(TimeSpan.FromSeconds(12));
        var probe = breaker.TryBegin()!.Value;
        breaker.Failed(late, new HostUnavailableException("late"));
        Assert.Equal((BreakerState.HalfOpen, true), (breaker.State, breaker.IsProbing));
        breaker.Succeeded(probe);
    }

    [Fact]
    public void Two_breakers_that_open_at_once_do_not_try_again_at_once()
    {
        var cooldowns = new HashSet<TimeSpan?>();
        for (var i = 0; i < 20; i++)
        {
            var breaker = new Breaker(Options with { Breaker = new RemoteBreakerOptions { Failures = 1, Cooldown = TimeSpan.FromSeconds(1000) } }, _time, NullLogger.Instance);
            Fail(breaker);
            cooldowns.Add(breaker.ClosedFor);
        }
        Assert.True(cooldowns.Count > 1);
    }

    [Fact]
    public async Task A_host_that_is_down_is_not_dialled_while_the_breaker_is_open_and_found_again_after_it()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, services: new RemoteHostServices { Time = _time });
        await box.Server.StopAsync();
        for (var i = 0; i < 5; i++)
            await box.CheckAsync($"u{i}@example.org");
        Assert.Equal(BreakerState.Open, box.Host.Snapshot().Breaker);
        await box.Server.StartAsync(SandboxedHost.Token);

        var answer = await box.CheckAsync("jane@example.org");
        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("remote.box.breaker.cooldown", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(0, box.Journal.Connections);

        _time.Advance(TimeSpan.FromSeconds(11));
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token).AsTask()).Append(box.CheckAsync("joe@example.org")));
        Assert.All(answers, each => Assert.Equal(AnswerKind.Yes, each.Kind));
        Assert.Equal(BreakerState.Closed, box.Host.Snapshot().Breaker);
    }

    [Fact]
    public async Task A_message_is_told_apart_for_which_the_host_was_not_tried()
    {
        await using var box = await SandboxedHost.StartAsync(
            SandboxProtocol.Smtp, options => options with { Breaker = new RemoteBreakerOptions { Failures = 2 } }, services: new RemoteHostServices { Time = _time });
        await box.Server.StopAsync();
        List<bool> untried = [];
        for (var i = 0; i < 3; i++)
            untried.Add(Assert.Single((await box.RelayAsync("Subject: x\r\n\r\nx\r\n", "jane@example.org")).Outcomes).IsUntried);
        _time.Advance(TimeSpan.FromSeconds(12));
        untried.Add(Assert.Single((await box.RelayAsync("Subject: x\r\n\r\nx\r\n", "jane@example.org")).Outcomes).IsUntried);
        Assert.Equal([false, false, true, false], untried);
    }

    [Fact]
    public async Task A_question_of_another_kind_waits_for_the_connect_that_tries_the_host()
    {
        await using var box = await SandboxedHost.StartAsync(
            SandboxProtocol.Smtp, options => options with { Auth = new RemoteAuthOptions("relay", "mule") }, services: new RemoteHostServices { Time = _time });
        await box.Server.StopAsync();
        for (var i = 0; i < 5; i++)
            await box.CheckAsync($"u{i}@example.org");
        await box.Server.StartAsync(SandboxedHost.Token);
        _time.Advance(TimeSpan.FromSeconds(11));

        // A check goes on a connection with our own login, a user's login on one without.
        var (check, login) = (box.CheckAsync("jane@example.org"), box.LogInAsync("jane@example.org", "tulip"));

        Assert.Equal((AnswerKind.Yes, AnswerKind.Yes), ((await check).Kind, (await login).Kind));
    }

    [Fact]
    public async Task Who_waits_for_a_busy_connection_is_woken_when_the_breaker_lets_one_try()
    {
        var down = false;
        var gate = new TaskCompletionSource();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Breaker = new RemoteBreakerOptions { Failures = 1 } },
            services: new RemoteHostServices { Time = _time, Dialler = new FailingDialler(() => down) });
        box.Server.Faults.OnCommand = (_, line) => line.Contains("slow", StringComparison.Ordinal) ? SandboxAction.Hold(gate.Task) : null;
        var slow = box.Host.VerifyAsync("slow", SandboxedHost.Token).AsTask();
        await box.Journal.WaitAsync(() => box.Journal.Count("VRFY") == 1, SandboxedHost.Token);
        down = true;
        var waiting = box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token).AsTask();
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot() is { Breaker: BreakerState.Open, Connecting: 0 });
        down = false;

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(AnswerKind.Yes, (await waiting).Kind);
        gate.SetResult();
        await slow;
    }

    [Fact]
    public async Task A_request_with_a_connection_of_its_own_hopes_for_no_other_while_the_breaker_is_open()
    {
        var down = false;
        await using var box = await SandboxedHost.StartAsync(
            SandboxProtocol.Smtp, options => options with { ForwardClient = ForwardClient.ProxyV2, Breaker = new RemoteBreakerOptions { Failures = 1 } },
            sandbox => sandbox with { ProxyV2 = true }, new RemoteHostServices { Time = _time, Dialler = new FailingDialler(() => down) });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        down = true;
        Assert.Equal(AnswerKind.Unavailable, (await box.LogInAsync("jane@example.org", "tulip")).Kind);

        var answer = await box.LogInAsync("jane@example.org", "tulip");

        Assert.Contains("remote.box.breaker.cooldown", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(1, box.Host.Snapshot().Idle);
    }

    [Fact]
    public async Task A_host_that_turns_everybody_away_opens_it()
    {
        var dialler = new ScriptedDialler([.. Enumerable.Repeat<Func<ScriptedPeer, Task>>(peer => peer.SayAsync("421 4.3.2 not now\r\n"), Options.Breaker.Failures)]);
        await using var host = dialler.Host(define: options => options with { Breaker = Options.Breaker }, time: _time);
        for (var i = 0; i < Options.Breaker.Failures; i++)
        {
            Assert.Equal(BreakerState.Closed, host.Snapshot().Breaker);
            await host.VerifyAsync("a", SandboxedHost.Token);
        }

        Assert.Equal(BreakerState.Open, host.Snapshot().Breaker);
    }

    [Fact]
    public async Task A_pooled_connection_that_was_dead_is_no_failed_connect()
    {
        var dialler = new ScriptedDialler(
            async peer =>
            {
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY a\r\n");
                await peer.SayAsync("250 a\r\n");
                // It closes under the next question.
                await peer.ExpectAsync("VRFY b\r\n");
            },
            async peer =>
            {
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY b\r\n");
                await peer.SayAsync("250 b\r\n");
                await peer.FarewellAsync();
            });
        await using (var host = dialler.Host(define: options => options with { Breaker = new RemoteBreakerOptions { Failures = 1 } }, time: _time))
        {
            await host.VerifyAsync("a", SandboxedHost.Token);
            Assert.Equal(AnswerKind.Yes, (await host.VerifyAsync("b", SandboxedHost.Token)).Kind);
            Assert.Equal(BreakerState.Closed, host.Snapshot().Breaker);
        }
        await dialler.PlayedAsync();
    }

    void Open(Breaker breaker)
    {
        for (var i = 0; i < 3; i++)
            Fail(breaker);
    }

    static void Fail(Breaker breaker) => breaker.Failed(breaker.TryBegin()!.Value, new HostUnavailableException("no route"));

    sealed class FailingDialler(Func<bool> isDown) : IDialler
    {
        readonly SystemDialler _inner = new(TimeProvider.System);

        public Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken) =>
            isDown() ? throw new HostUnavailableException("no route") : _inner.DialAsync(attempt, cancellationToken);
    }
}
