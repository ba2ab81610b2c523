using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

public class PoolTests
{
    [Fact]
    public async Task A_mixed_load_never_holds_more_connections_than_concurrency()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with
        {
            Concurrency = 4,
            Auth = new RemoteAuthOptions("relay", "mule"),
            Cache = new RemoteCacheOptions { Entries = 0 },
            Limits = new RemoteLimits { Requests = 7 },
        });

        var load = Enumerable.Range(0, 150).Select(i => (i % 3) switch
        {
            0 => Expect(box.LogInAsync("jane@example.org", i % 2 == 0 ? "tulip" : $"wrong{i}"), i % 2 == 0 ? AnswerKind.Yes : AnswerKind.No),
            1 => Expect(box.CheckAsync($"nobody{i}@example.org"), AnswerKind.No),
            _ => DeliverAsync(box),
        });
        await Task.WhenAll(load);

        Assert.Equal(50, box.Journal.Messages);
        // A connection is over for us a moment before the sandbox has counted its end.
        Assert.InRange(box.Journal.PeakConnections, 1, 5);
        Assert.Equal(0, box.Host.Snapshot().Waiting);

        static async Task Expect(Task<Answer> question, AnswerKind kind) => Assert.Equal(kind, (await question).Kind);

        static async Task DeliverAsync(SandboxedHost box)
        {
            var result = await box.RelayAsync("Subject: x\r\n\r\nx\r\n", "jane@example.org");
            Assert.Equal(Disposition.Delivered, Assert.Single(result.Outcomes).Disposition);
        }
    }

    [Fact]
    public async Task A_connection_serves_as_many_requests_as_its_limit_says()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        box.Accounts.AddList("all@example.org");
        for (var i = 0; i < 200; i++)
        {
            box.Accounts.AddUser($"u{i}@example.org", "x");
            Assert.Equal(AnswerKind.Yes, (await box.CheckAsync($"u{i}@example.org")).Kind);
        }
        Assert.Equal(4, box.Journal.Connections);
        Assert.Equal(4, box.Host.Snapshot().Opened);
    }

    [Fact]
    public async Task A_connection_retires_after_its_errors()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        for (var i = 0; i < 4; i++)
            await box.CheckAsync($"nobody{i}@example.org");
        Assert.Equal(2, box.Journal.Connections);
    }

    [Fact]
    public async Task A_host_that_was_restarted_costs_no_answer()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        await box.Server.StopAsync();
        await box.Server.StartAsync(SandboxedHost.Token);
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("joe@example.org")).Kind);
    }

    [Fact]
    public async Task A_pooled_connection_that_dies_under_a_question_is_replaced_once()
    {
        var first = new Func<ScriptedPeer, Task>(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("VRFY a\r\n");
            await peer.SayAsync("250 a\r\n");
            await peer.ExpectAsync("VRFY b\r\n");
        });
        var second = new Func<ScriptedPeer, Task>(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("VRFY b\r\n");
            await peer.SayAsync("250 b\r\n");
            await peer.ExpectAsync("VRFY c\r\n");
        });
        var third = new Func<ScriptedPeer, Task>(async peer =>
        {
            await peer.GreetAsync();
            await peer.ExpectAsync("VRFY c\r\n");
        });
        var dialler = new ScriptedDialler(first, second, third);
        await using var host = dialler.Host();

        Assert.Equal(AnswerKind.Yes, (await host.VerifyAsync("a", SandboxedHost.Token)).Kind);
        Assert.Equal(AnswerKind.Yes, (await host.VerifyAsync("b", SandboxedHost.Token)).Kind);
        Assert.Equal(AnswerKind.Unavailable, (await host.VerifyAsync("c", SandboxedHost.Token)).Kind);
        Assert.Equal(3, dialler.Dialled);
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task An_unasked_reply_is_never_taken_for_the_next_answer()
    {
        var said = new TaskCompletionSource();
        var dialler = new ScriptedDialler(
            async peer =>
            {
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY a\r\n");
                await peer.SayAsync("250 a\r\n250 one too many\r\n");
                await peer.ExpectCloseAsync();
            },
            async peer =>
            {
                await peer.GreetAsync();
                await peer.ExpectAsync("VRFY b\r\n");
                await peer.SayAsync("550 no\r\n");
                await peer.FarewellAsync();
            });
        await using (var host = dialler.Host())
        {
            Assert.Equal(AnswerKind.Yes, (await host.VerifyAsync("a", SandboxedHost.Token)).Kind);
            Assert.Equal(AnswerKind.No, (await host.VerifyAsync("b", SandboxedHost.Token)).Kind);
        }
        await dialler.PlayedAsync();
    }

    [Fact]
    public async Task Nobody_waits_past_the_timeout_and_the_text_names_the_settings()
    {
        var time = new FakeTimeProvider();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = 1 }, services: new RemoteHostServices { Time = time });
        box.Server.Faults.OnCommand = (verb, _) => verb == "VRFY" ? SandboxAction.Stall : null;

        var stalled = box.Host.VerifyAsync("a", SandboxedHost.Token).AsTask();
        await box.Journal.WaitAsync(() => box.Journal.Count("VRFY") == 1, SandboxedHost.Token);
        var waiting = box.Host.VerifyAsync("b", SandboxedHost.Token).AsTask();
        Assert.Equal(1, box.Host.Snapshot().Waiting);
        time.Advance(TimeSpan.FromSeconds(20));

        var late = await waiting;
        Assert.Equal(AnswerKind.Unavailable, late.Kind);
        Assert.Contains("remote.box.timeout (20s)", late.Reason, StringComparison.Ordinal);
        Assert.Contains("remote.box.concurrency", late.Reason, StringComparison.Ordinal);
        Assert.False(stalled.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(41));
        Assert.Contains("remote.box.timeouts.command (60s)", (await stalled).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_question_frees_its_slot()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = 1 });
        box.Server.Faults.OnCommand = (verb, line) => line.Contains("stall", StringComparison.Ordinal) ? SandboxAction.Stall : null;
        using var leaving = new CancellationTokenSource();
        var stalled = box.Host.VerifyAsync("stall", leaving.Token).AsTask();
        var check = box.Host.VerifyRecipientAsync(SandboxedHost.MailboxOf("stall@example.org"), leaving.Token).AsTask();
        await box.Journal.WaitAsync(() => box.Journal.Count("VRFY") == 1, SandboxedHost.Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stalled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_fails_all_that_wait_at_once()
    {
        var time = new FakeTimeProvider();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = 2 }, services: new RemoteHostServices { Time = time });
        await box.Server.StopAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => box.Host.VerifyAsync($"u{i}", SandboxedHost.Token).AsTask()));

        Assert.All(answers, answer => Assert.Equal(AnswerKind.Unavailable, answer.Kind));
        var outcome = Assert.Single((await box.RelayAsync("a: b\r\n\r\n", "jane@example.org")).Outcomes);
        Assert.Equal((Disposition.Temporary, Blame.Transport), (outcome.Disposition, outcome.Blame));
    }

    [Fact]
    public async Task An_idle_connection_says_QUIT_when_its_time_has_come()
    {
        var time = new FakeTimeProvider();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, services: new RemoteHostServices { Time = time });
        await box.Host.VerifyAsync("jane@example.org", SandboxedHost.Token);

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, box.Journal.Count("QUIT"));
        time.Advance(TimeSpan.FromSeconds(1));
        await box.Journal.WaitAsync(() => box.Journal.Count("QUIT") == 1, SandboxedHost.Token);
    }

    [Fact]
    public async Task A_reload_keeps_the_hosts_that_did_not_change()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var (one, two) = (box.Host.Options with { Id = "one" }, box.Host.Options with { Id = "two", Auth = new RemoteAuthOptions("relay", "mule") });
        await using var registry = new RemoteHostRegistry([one, two]);
        Assert.True(registry.TryGet("one", out var before));
        Assert.True(registry.TryGet("two", out var changing));

        registry.Apply([one with { }, two with { Auth = new RemoteAuthOptions("relay", "donkey") }, one with { Id = "three" }]);

        Assert.True(registry.TryGet("one", out var after));
        Assert.Same(before, after);
        Assert.True(registry.TryGet("two", out var changed));
        Assert.NotSame(changing, changed);
        Assert.Equal(["one", "three", "two"], registry.Hosts.Select(host => host.Options.Id));
        Assert.Equal(AnswerKind.Unavailable, (await changing!.VerifyAsync("x", SandboxedHost.Token)).Kind);
        Assert.Throws<ArgumentException>(() => registry.Apply([one, one]));
        Assert.False(registry.TryGet("ONE", out _));
    }
}
