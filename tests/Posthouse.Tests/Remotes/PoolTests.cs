using Microsoft.Extensions.Time.Testing;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;
using Posthouse.Remotes.Dialling;
using Posthouse.Remotes.Hosts;
using Posthouse.Sandbox;

namespace Posthouse.Tests.Remotes;

public class PoolTests
{
    [Fact]
    public async Task A_mixed_load_never_holds_more_connections_than_concurrency()
    {
        // The sandbox counts the end of a connection later than it happens, so the lines are counted on this side.
        var dialler = new CountingDialler();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, services: new RemoteHostServices { Dialler = dialler }, define: options => options with
        {
            Concurrency = 4,
            Auth = new RemoteAuthOptions("relay", "mule"),
            Cache = new RemoteCacheOptions { Entries = 0 },
            Limits = new RemoteLimits { Requests = 7 },
        });

        var load = Enumerable.Range(0, 150).Select(i => (i % 3) switch
        {
            0 => Expect(box.LogInAsync(i % 2 == 0 ? "jane@example.org" : $"user{i}@example.org", i % 2 == 0 ? "tulip" : "wrong"), i % 2 == 0 ? AnswerKind.Yes : AnswerKind.No),
            1 => Expect(box.CheckAsync($"nobody{i}@example.org"), AnswerKind.No),
            _ => DeliverAsync(box),
        });
        await Task.WhenAll(load);

        Assert.Equal(50, box.Journal.Messages);
        Assert.Equal(4, dialler.Peak);
        Assert.Equal(0, box.Host.Snapshot().Waiting);

        static async Task Expect(Task<Answer> question, AnswerKind kind) => Assert.Equal(kind, (await question).Kind);

        static async Task DeliverAsync(SandboxedHost box)
        {
            var result = await box.RelayAsync("Subject: x\r\n\r\nx\r\n", "jane@example.org");
            Assert.Equal(Disposition.Delivered, Assert.Single(result.Outcomes).Disposition);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_host_in_constant_trouble_costs_no_slot_and_no_message(int seed)
    {
        var dialler = new CountingDialler();
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Lmtp, services: new RemoteHostServices { Dialler = dialler }, define: options => options with
        {
            Concurrency = 3,
            Auth = new RemoteAuthOptions("relay", "mule"),
            Cache = new RemoteCacheOptions { Entries = 0 },
            Limits = new RemoteLimits { Requests = 5 },
            // Trouble may well come in a row.
            Breaker = new RemoteBreakerOptions { Failures = int.MaxValue },
        });
        var random = new Random(seed);
        var gate = new Lock();
        box.Server.Faults.OnCommand = (_, _) =>
        {
            int roll;
            lock (gate)
                roll = random.Next(40);
            return roll switch
            {
                0 => SandboxAction.Close,
                1 => SandboxAction.Reset,
                2 => SandboxAction.CloseAfterReply(421, "4.3.2 bye"),
                3 => SandboxAction.Raw("250OK\r\n"),
                4 => SandboxAction.Reply(451, "later"),
                _ => null,
            };
        };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using var leaving = new CancellationTokenSource();
            if (i % 10 == 0)
                leaving.CancelAfter(TimeSpan.FromMilliseconds(i % 7));
            try
            {
                switch (i % 3)
                {
                    case 0:
                        using (var credentials = new Posthouse.Wire.Sasl.Credentials("jane@example.org", "wrong"u8))
                            Assert.NotEqual(AnswerKind.Yes, (await box.Host.AuthenticateAsync(credentials, leaving.Token)).Kind);
                        return null;
                    case 1:
                        Assert.NotEqual(AnswerKind.Yes, (await box.Host.VerifyRecipientAsync(SandboxedHost.MailboxOf($"nobody{i}@example.org"), leaving.Token)).Kind);
                        return null;
                    default:
                        return (await box.RelayAsync("a: b\r\n\r\n", "jane@example.org")).Outcomes[0];
                }
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
                return null;
            }
        }));
        box.Server.Faults.OnCommand = null;

        Assert.InRange(dialler.Peak, 1, 3);
        var delivered = outcomes.Count(outcome => outcome?.Disposition == Disposition.Delivered);
        var maybe = outcomes.Count(outcome => outcome is { MaybeDelivered: true });
        Assert.InRange(box.Accounts.Messages("jane@example.org").Count, delivered, delivered + maybe);
        var last = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => box.Host.VerifyAsync($"jane@example.org", SandboxedHost.Token).AsTask()));
        Assert.All(last, answer => Assert.Equal(AnswerKind.Yes, answer.Kind));
        Assert.Equal(0, box.Host.Snapshot().Waiting);
    }

    [Fact]
    public async Task A_connection_serves_as_many_requests_as_its_limit_says()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = 1 });
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
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Concurrency = 1 });
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
        // The host has the command before our side begins to wait for its answer, which may so be after the 20 s.
        while (!stalled.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Contains("remote.box.timeouts.command (60s)", (await stalled).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_serves_once_however_short_its_life_is_to_be()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Limits = options.Limits with { Age = TimeSpan.FromTicks(1) } });

        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("joe@example.org")).Kind);

        Assert.Equal(2, box.Host.Snapshot().Opened);
    }

    [Fact]
    public async Task A_host_that_hangs_up_behind_its_hello_is_not_dialled_again_and_again()
    {
        var dialler = new ScriptedDialler(peer => peer.GreetAsync("250 PIPELINING\r\n421 4.3.2 changed my mind"));
        await using var host = dialler.Host();

        Assert.Equal(AnswerKind.Unavailable, (await host.VerifyAsync("a", SandboxedHost.Token)).Kind);

        Assert.Equal(1, dialler.Dialled);
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
    public async Task Taking_a_host_out_of_service_lets_the_running_request_end_and_opens_no_more()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp);
        var gate = new TaskCompletionSource();
        box.Server.Faults.OnCommand = (verb, _) => verb == "." ? SandboxAction.Hold(gate.Task) : null;
        var running = box.RelayAsync("a: b\r\n\r\n", "jane@example.org");
        await box.Journal.WaitAsync(() => box.Journal.Count("BDAT") == 1, SandboxedHost.Token);

        var disposal = box.Host.DisposeAsync().AsTask();
        var late = await box.Host.VerifyAsync("x", SandboxedHost.Token);
        Assert.False(disposal.IsCompleted);
        gate.SetResult();

        Assert.Equal(Disposition.Delivered, Assert.Single((await running).Outcomes).Disposition);
        await disposal.WaitAsync(SandboxedHost.Token);
        Assert.Equal(AnswerKind.Unavailable, late.Kind);
        Assert.Equal((1, 1), (box.Journal.Connections, box.Journal.Count("QUIT")));
        Assert.Equal((0, 0, 0), (box.Host.Snapshot().Idle, box.Host.Snapshot().Busy, box.Host.Snapshot().Closing));
    }

    [Theory]
    [InlineData(SandboxProtocol.Smtp, "QUIT")]
    [InlineData(SandboxProtocol.Imap, "LOGOUT")]
    public async Task A_host_that_falls_silent_over_our_farewell_is_cut_off_after_two_seconds(SandboxProtocol protocol, string farewell)
    {
        var time = new FakeTimeProvider();
        await using var box = await SandboxedHost.StartAsync(
            protocol, options => options with { Limits = new RemoteLimits { Warm = 1 } }, services: new RemoteHostServices { Time = time });
        box.Server.Faults.OnCommand = (verb, _) => verb == farewell ? SandboxAction.Stall : null;
        await SandboxedHost.UntilAsync(() => box.Host.Snapshot().Idle == 1);

        var disposal = box.Host.DisposeAsync().AsTask();
        await box.Journal.WaitAsync(() => box.Journal.Count(farewell) == 1, SandboxedHost.Token);
        Assert.False(disposal.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await disposal.WaitAsync(SandboxedHost.Token);
    }

    [Fact]
    public async Task Who_logs_in_never_does_so_on_a_connection_that_is_logged_in()
    {
        await using var box = await SandboxedHost.StartAsync(SandboxProtocol.Smtp, options => options with { Auth = new RemoteAuthOptions("relay", "mule"), Concurrency = 1 });
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("jane@example.org")).Kind);

        // The one connection there may be lies idle, under another name.
        Assert.Equal(AnswerKind.Yes, (await box.LogInAsync("jane@example.org", "tulip")).Kind);

        Assert.Equal(2, box.Journal.Connections);
        Assert.Equal(AnswerKind.Yes, (await box.CheckAsync("joe@example.org")).Kind);
        Assert.Equal(3, box.Journal.Connections);
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
