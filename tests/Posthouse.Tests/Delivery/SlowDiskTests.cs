using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Delivery;

/// <summary>While the disk does not take what deliveries record, none begins.</summary>
public sealed class SlowDiskTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task No_attempt_begins_before_the_disk_answers_and_an_operator_can_cancel_meanwhile()
    {
        var (store, hop) = (_delivery.Store, _delivery.Hops["a.example"]);
        hop.Concurrency = 1;
        store.Behind = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _delivery.Start();
        var first = store.Commit("ann@a.example");
        await AskedAsync(1);
        var second = store.Commit("bob@a.example");
        Assert.Equal(QueueAnswer.Done, await _delivery.Control.ActAsync(first.ToString(), QueueAction.Cancel, withReport: false));
        Assert.Equal(first, (await store.NextMarkAsync()).Key);
        Assert.Equal(0, hop.Total);

        store.Behind.SetResult();
        Assert.Equal(second, (await store.NextMarkAsync()).Key);
        Assert.Equal(1, hop.Total);
    }

    [Fact]
    public async Task A_stop_is_not_delayed_by_what_waits_for_the_disk()
    {
        _delivery.Store.Behind = new TaskCompletionSource();
        _delivery.Start();
        _delivery.Store.Commit("ann@a.example");
        await AskedAsync(1);
        await _delivery.DisposeAsync();
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
    }

    async Task AskedAsync(int times)
    {
        var began = Environment.TickCount64;
        while (Volatile.Read(ref _delivery.Store.Asked) < times && Environment.TickCount64 - began < 30_000)
            await Task.Yield();
        Assert.Equal(times, _delivery.Store.Asked);
    }
}
