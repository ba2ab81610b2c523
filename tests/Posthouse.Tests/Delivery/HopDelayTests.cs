using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Remotes.Faults;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>What the log says while a hop cannot be reached.</summary>
public sealed class HopDelayTests : IAsyncDisposable
{
    readonly KeptLog _log = new();
    readonly DeliveryFixture _delivery;

    public HopDelayTests() => _delivery = new DeliveryFixture { Logger = _log };

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task A_hop_out_of_reach_has_one_line_and_then_one_for_each_period_with_a_count()
    {
        _delivery.Start();
        await DelayAsync("a.example", 5, Blame.Transport);
        await DelayAsync("b.example", 1, Blame.Transport);
        Assert.Equal((2, 0), (_log.Of("Delayed").Count(), _log.Of("HopOutOfReach").Count()));

        // What waits comes again after two minutes, and is counted as well.
        _delivery.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("4 more recipients were delayed at a.example, which cannot be reached, in the last 60 s; the last one: 451 4.0.0 later", Assert.Single(_log.Of("HopOutOfReach")).TrimEnd());
        await DelayAsync("a.example", 3, Blame.Transport);
        await DelayAsync("b.example", 1, Blame.Transport);
        // Of b.example nothing more was told, so that its next one is news.
        Assert.Equal(3, _log.Of("Delayed").Count());
        await _delivery.DisposeAsync();
        Assert.StartsWith("3 more recipients were delayed at a.example", _log.Of("HopOutOfReach").Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_hop_says_of_a_recipient_is_told_of_each()
    {
        _delivery.Start();
        await DelayAsync("a.example", 3, Blame.Host);
        Assert.Equal((3, 0), (_log.Of("Delayed").Count(), _log.Of("HopOutOfReach").Count()));
    }

    [Fact]
    public async Task Only_the_attempt_that_may_have_delivered_is_told_as_one_that_may()
    {
        _delivery.Store.Waiting.Add(new(_delivery.Store.Add("bob@a.example"), 0, 1, Letters.Now, MaybeDelivered: true));
        var hop = _delivery.Hops["a.example"];
        (hop.Concurrency, hop.Answer) = (1, static _ => [Temporary()]);
        _delivery.Start();
        Assert.True(Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).MaybeDelivered);
        await DelayAsync("a.example", 0, Blame.Host);
        Assert.Equal((1, 0), (_log.Of("Delayed").Count(), _log.Of("MaybeDelivered").Count()));
    }

    async Task DelayAsync(string hop, int messages, Blame blame)
    {
        _delivery.Hops[hop].Answer = _ => [Temporary(blame)];
        _delivery.Hops[hop].Concurrency = 1;
        for (var i = 0; i < messages; i++)
            _delivery.Store.Commit($"bob@{hop}");
        for (var i = 0; i < messages; i++)
            await _delivery.Store.NextMarkAsync();
        // A line follows its mark; the next one at the hop follows the line.
        _delivery.Hops[hop].Answer = _ => [Delivered];
        _delivery.Store.Commit($"bob@{hop}");
        await _delivery.Store.NextMarkAsync();
    }
}
