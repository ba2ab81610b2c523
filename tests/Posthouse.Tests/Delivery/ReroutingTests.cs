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
    public async Task What_a_worker_has_in_hand_while_the_disk_is_late_goes_the_new_way()
    {
        _delivery.Store.Behind = new TaskCompletionSource();
        var loop = _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        while (_delivery.Store.Asked == 0)
            await Task.Yield();
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("c.example") };
        loop.RouteAnew();
        var behind = _delivery.Store.Behind;
        _delivery.Store.Behind = null;
        behind.SetResult();
        Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.Equal((0, 1), (Before.Total, After.Total));
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
        // Time goes on only where nothing moves: one may have begun to wait behind the others.
        for (var moved = 0; moved < Messages; moved = After.Total)
        {
            if (moved == After.Total)
                _delivery.Time.Advance(Cooldown);
            await Task.Delay(20, TestContext.Current.CancellationToken);
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

    [Fact]
    public async Task A_retry_for_a_hop_lets_those_for_others_keep_their_time_behind_a_reload_too()
    {
        var other = _delivery.Hops["b.example"];
        (Before.Answer, other.Answer) = (static _ => [Temporary()], static _ => [Temporary()]);
        var loop = _delivery.Start();
        var id = _delivery.Store.Commit("ann@a.example", "bob@b.example").ToString();
        await _delivery.Store.NextMarkAsync();
        await _delivery.Store.NextMarkAsync();
        while ((await loop.Control.ShowAsync(id))!.Message.IsBeingDelivered)
            await Task.Yield();
        loop.RouteAnew();
        while ((await loop.Control.ActOnAllAsync("a.example", QueueAction.Retry)).Done != 1)
            await Task.Yield();
        await _delivery.Store.NextMarkAsync();
        _delivery.Store.Commit("bob@c.example");
        await _delivery.Store.NextMarkAsync();
        Assert.Equal((2, 1), (Before.Total, other.Total));
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
