using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Queue;
using Posthouse.Sandbox;
using Posthouse.Tests.Queue;

namespace Posthouse.Tests.Control;

public sealed class StopTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Hosts have two seconds for a farewell; the rest is for a machine that does other things as well.</summary>
    static readonly TimeSpan Bound = Patience + TimeSpan.FromSeconds(6);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("(greeting)")]
    [InlineData("LHLO")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("BDAT")]
    [InlineData(".")]
    public async Task A_stop_ends_in_time_though_hosts_hang_and_a_session_waits_and_the_message_stays(string hangsAt)
    {
        await using var all = await GatewayBetweenHosts.StartAsync();
        all.Sink.Faults.NoGreeting = hangsAt == "(greeting)";
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        all.Sink.Faults.OnCommand = (verb, _) =>
        {
            if (verb != hangsAt)
                return null;
            hangs.TrySetResult();
            return SandboxAction.Stall;
        };
        using (var client = await all.ConnectAsync())
            await GatewayBetweenHosts.QueueAsync(client, "kept");
        await (hangsAt == "(greeting)" ? all.Sink.Journal.WaitAsync(() => all.Sink.Journal.Connections > 0, Cancel) : hangs.Task.WaitAsync(Cancel));
        using var idle = await all.ConnectAsync();
        using var waiting = await all.LingerAsync();

        var start = Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience);
        var stopped = all.Gateway.StopAsync(patience.Token);
        Assert.StartsWith("421 4.3.2 ", await idle.ReplyAsync(), StringComparison.Ordinal);
        await stopped;
        // Timers go by a coarser clock than this one, which may see them a little early.
        Assert.InRange(Stopwatch.GetElapsedTime(start), Patience - TimeSpan.FromMilliseconds(20), Bound);

        await using var store = SqliteStore.Open(new SqliteStoreOptions(all.QueueFolder));
        var left = Assert.Single(store.ReadBacklog());
        Assert.EndsWith("Subject: kept\r\n\r\nkept\r\n", Encoding.ASCII.GetString(await store.Read(left.Key)!.Body.OctetsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_begins_no_delivery_while_a_session_lingers_and_lets_a_running_one_end()
    {
        await using var all = await GatewayBetweenHosts.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var atDot = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        all.Sink.Faults.OnCommand = (verb, _) =>
        {
            if (verb != ".")
                return null;
            atDot.TrySetResult();
            return SandboxAction.Hold(gate.Task);
        };
        using var idle = await all.ConnectAsync();
        await GatewayBetweenHosts.QueueAsync(idle, "running");
        await atDot.Task.WaitAsync(Cancel);
        await GatewayBetweenHosts.QueueAsync(idle, "waiting");
        using var lingering = await all.LingerAsync();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var stopped = all.Gateway.StopAsync(patience.Token);
        Assert.StartsWith("421 4.3.2 ", await idle.ReplyAsync(), StringComparison.Ordinal);
        gate.SetResult();
        await stopped;

        Assert.Equal(1, all.Sink.Journal.Messages);
        await using var store = SqliteStore.Open(new SqliteStoreOptions(all.QueueFolder));
        var left = Assert.Single(store.ReadBacklog());
        Assert.Equal(0, left.Attempts);
        Assert.EndsWith("waiting\r\n", Encoding.ASCII.GetString(await store.Read(left.Key)!.Body.OctetsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_hangs_does_not_keep_the_gateway_from_its_end()
    {
        using var gate = new ManualResetEventSlim();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var all = await GatewayBetweenHosts.StartAsync(time: time, beforeCommit: () =>
        {
            hangs.TrySetResult();
            gate.Wait();
        });
        try
        {
            using var client = await all.ConnectAsync();
            await GatewayBetweenHosts.SayAsync(client, "MAIL FROM:<ann@example.net>", "250 ");
            await GatewayBetweenHosts.SayAsync(client, "RCPT TO:<jane@example.org>", "250 ");
            await GatewayBetweenHosts.SayAsync(client, "DATA", "354 ");
            await client.SendAsync("Subject: x\r\n\r\nx\r\n.\r\n");
            await hangs.Task.WaitAsync(Cancel);

            var stopped = all.Gateway.StopAsync(new CancellationToken(canceled: true));
            while (!stopped.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1, Cancel);
            }
            Assert.False(await stopped);
            Assert.False(gate.IsSet);
        }
        finally
        {
            gate.Set();
            await all.DisposeAsync();
        }
    }
}
