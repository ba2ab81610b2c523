using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Delivery;

public sealed class HopLaneTests
{
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
