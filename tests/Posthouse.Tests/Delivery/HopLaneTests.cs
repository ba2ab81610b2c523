using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Delivery;

public sealed class HopLaneTests
{
    [Fact]
    public async Task A_large_mailing_holds_nobody_behind_it()
    {
        const int Mailing = 10_000;
        var (gate, tried) = (new TaskCompletionSource(), new List<string>());
        var lane = new HopLane(
            async due =>
            {
                await gate.Task;
                tried.Add($"{due.Sender} {due.Key.Value}");
            },
            new WarmMessages(),
            NullLogger.Instance);
        for (var i = 1; i <= Mailing; i++)
            Add("news.example", i);
        Add("ann", Mailing + 1);
        Add("ann", Mailing + 2);
        Add("", Mailing + 3);
        gate.SetResult();
        while (tried.Count < Mailing + 3)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await lane.StopAsync();
        // The first was under way already.
        Assert.Equal(["news.example 1", "news.example 2", "ann 10001", " 10003", "news.example 3", "ann 10002", "news.example 4"], tried.Take(7));
        Assert.Equal(Enumerable.Range(1, Mailing).Select(static i => $"news.example {i}"), tried.Where(static one => one.StartsWith("news", StringComparison.Ordinal)));

        void Add(string sender, int key) => Assert.True(lane.Add(new DueMessage(new MessageKey(key), [], null) { Sender = sender }, 1));
    }

    [Fact]
    public async Task An_attempt_that_throws_costs_the_lane_no_worker()
    {
        var second = new TaskCompletionSource();
        var lane = new HopLane(
            due =>
            {
                if (due.Key.Value == 1)
                    throw new InvalidOperationException("a bug");
                second.SetResult();
                return Task.CompletedTask;
            },
            new WarmMessages(),
            NullLogger.Instance);
        Assert.True(lane.Add(new DueMessage(new MessageKey(1), [], null), 1));
        Assert.True(lane.Add(new DueMessage(new MessageKey(2), [], null), 1));
        await second.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await lane.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
