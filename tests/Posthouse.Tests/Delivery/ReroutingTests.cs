using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>Mail that waits at a hop, or for one, when its way becomes another.</summary>
public sealed class ReroutingTests : IAsyncDisposable
{
    const int Messages = 30;

    static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(12);

    readonly DeliveryFixture _delivery = new();

    FakeHop Before => _delivery.Hops["a.example"];

    FakeHop After => _delivery.Hops["c.example"];

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task What_waits_behind_others_at_its_hop_goes_the_new_way_at_once()
    {
        (Before.Concurrency, Before.Hold) = (1, new TaskCompletionSource());
        var loop = await StartAsync();
        await Before.NextAsync();

        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("c.example") };
        loop.RouteAnew();
        for (var i = 1; i < Messages; i++)
            Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.Equal((1, Messages - 1), (Before.Total, After.Total));
        Before.Hold.SetResult();
        await _delivery.Store.NextMarkAsync();
    }

    [Fact]
    public async Task What_waits_for_its_hop_to_be_reached_goes_the_new_way_at_once()
    {
        var loop = await StartUnreachedAsync();
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("c.example") };
        // One begins to wait a moment behind its mark.
        while (After.Total < Messages)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            loop.RouteAnew();
            await Task.Yield();
        }
        Assert.Equal(Messages, Before.Total);
    }

    [Fact]
    public async Task One_that_finds_another_way_after_a_cooldown_shows_it_to_all()
    {
        await StartUnreachedAsync();
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("c.example") };
        var since = _delivery.Time.GetUtcNow();
        while (After.Total < Messages)
        {
            _delivery.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.Equal(Messages, Before.Total);
        Assert.True(_delivery.Time.GetUtcNow() - since < Messages / 2 * Cooldown);
    }

    [Fact]
    public async Task One_that_waits_for_its_time_is_said_to_be_on_the_new_way()
    {
        _delivery.Hops["c.example"].Answer = static _ => [Delivered];
        Before.Answer = static _ => [Temporary()];
        var loop = _delivery.Start();
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        await _delivery.Store.NextMarkAsync();
        while ((await loop.Control.ShowAsync(id))!.Message.Hops is not ["a.example"])
            await Task.Yield();
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("c.example") };
        loop.RouteAnew();
        Assert.Equal(["c.example"], (await loop.Control.ShowAsync(id))!.Message.Hops);
        while ((await loop.Control.ActOnAllAsync("c.example", QueueAction.Retry)).Done != 1)
            await Task.Yield();
        Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
    }

    async Task<DeliveryLoop> StartUnreachedAsync()
    {
        Before.Answer = static _ => [Temporary(Blame.Transport) with { IsUntried = true }];
        var loop = await StartAsync();
        for (var i = 0; i < Messages; i++)
            await _delivery.Store.NextMarkAsync();
        return loop;
    }

    /// <summary>With all messages for the hop taken up.</summary>
    async Task<DeliveryLoop> StartAsync()
    {
        var loop = _delivery.Start();
        for (var i = 0; i < Messages; i++)
            _delivery.Store.Commit("bob@a.example");
        if (Before.Hold is not null)
        {
            _delivery.Store.Commit("bob@b.example");
            await _delivery.Store.NextMarkAsync();
        }
        return loop;
    }
}
