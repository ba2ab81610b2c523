using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Tests.Queue;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

public sealed class RestartTests : IDisposable
{
    readonly StoreFixture _queue = new();
    readonly FakeHops _hops = new();
    readonly QueueModel _model = new() { NextHop = NextHop.To("a.example") };

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_recipient_that_was_done_is_not_tried_again_after_a_restart()
    {
        var hop = _hops["a.example"];
        hop.Answer = _ => [Delivered, Temporary()];
        await RunAsync(async store =>
        {
            await store.CommitAsync(Letters.Body(70_000), Letters.Envelope("bob@a.example", "carl@a.example"));
            await hop.NextAsync();
        });

        hop.Answer = _ => [Delivered];
        await RunAsync(async store =>
        {
            Assert.Equal(1, Assert.Single(store.ReadBacklog()).Attempts);
            _queue.Time.Advance(TimeSpan.FromMinutes(2));
            var request = await hop.NextAsync();
            Assert.Equal("carl@a.example", Assert.Single(request.Recipients).Mailbox.ToString());
            Assert.Equal(Letters.Body(70_000), await request.Body.OctetsAsync());
        });
        Assert.Equal(0, _queue.Count("message"));
        Assert.Equal(0, _queue.Count("chunk"));
    }

    [Fact]
    public async Task A_delayed_recipient_waits_for_its_time_after_a_restart()
    {
        var hop = _hops["a.example"];
        hop.Answer = _ => [Temporary()];
        await RunAsync(async store =>
        {
            await store.CommitAsync([1], Letters.Envelope("early@a.example"));
            await hop.NextAsync();
        });
        await RunAsync(async store =>
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(119));
            await store.CommitAsync([2], Letters.Envelope("fresh@a.example"));
            Assert.Equal("fresh@a.example", (await hop.NextAsync()).Recipients[0].Mailbox.ToString());
            _queue.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("early@a.example", (await hop.NextAsync()).Recipients[0].Mailbox.ToString());
        });
    }

    [Fact]
    public async Task Shutdown_lets_a_running_attempt_end_and_takes_up_no_other()
    {
        var hop = _hops["a.example"];
        hop.Concurrency = 1;
        hop.Hold = new TaskCompletionSource();
        await using (var store = _queue.Open())
        {
            await using var loop = Loop(store);
            await store.CommitAsync([1], Letters.Envelope("bob@a.example"));
            await store.CommitAsync([2], Letters.Envelope("bob@a.example"));
            await hop.NextAsync();
            var stopped = loop.StopAsync(CancellationToken.None);
            Assert.False(stopped.IsCompleted);
            hop.Hold.SetResult();
            await stopped;
        }
        Assert.Equal(1, hop.Total);
        Assert.Equal(1, _queue.Count("message"));
    }

    [Fact]
    public async Task An_attempt_given_up_at_shutdown_stays_queued_as_it_was()
    {
        var hop = _hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        await using (var store = _queue.Open())
        {
            await using var loop = Loop(store);
            await store.CommitAsync([1], Letters.Envelope("bob@a.example"));
            await hop.NextAsync();
            await loop.StopAsync(new CancellationToken(canceled: true));
        }
        Assert.Equal(1, _queue.Count("recipient WHERE state = 0 AND attempts = 0"));
    }

    [Fact]
    public async Task Nothing_is_relayed_once_the_store_has_failed()
    {
        var store = new MemoryStore { HasFailed = true };
        using var schedule = new Schedule(_queue.Time);
        using var unreached = new UnreachedHops(_queue.Time, schedule);
        using var attempt = new DeliveryAttempt(
            store, _hops, new ReportDesk(() => "gateway.example.org", _queue.Time), schedule, unreached, _queue.Time, NullLogger.Instance);
        var key = store.Add("bob@a.example");
        await attempt.RunAsync("a.example", new DueMessage(key, [new(0, 0)], null), _model, null, TestContext.Current.CancellationToken);
        Assert.Equal(0, _hops["a.example"].Total);

        store.HasFailed = false;
        await attempt.RunAsync("a.example", new DueMessage(key, [new(0, 0)], null), _model, null, TestContext.Current.CancellationToken);
        Assert.Equal(1, _hops["a.example"].Total);
    }

    DeliveryLoop Loop(SqliteStore store)
    {
        var loop = new DeliveryLoop(store, _hops, () => _model, new ReportDesk(() => "gateway.example.org", _queue.Time), _queue.Time, NullLogger.Instance);
        loop.Start();
        return loop;
    }

    async Task RunAsync(Func<SqliteStore, Task> during)
    {
        await using var store = _queue.Open();
        await using var loop = Loop(store);
        await during(store);
        await loop.StopAsync(CancellationToken.None);
    }
}
