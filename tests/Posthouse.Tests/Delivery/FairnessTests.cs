using System.Globalization;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Relaying;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Addresses;

namespace Posthouse.Tests.Delivery;

/// <summary>Who shares a hop with others as one.</summary>
public sealed class FairnessTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Theory]
    [InlineData("bounce-{0}@news.example", "", "joe@y.example", "")]
    [InlineData("bounce-{0}@NEWS.example", "", "joe@y.example", "")]
    [InlineData("bounce-{0}@news.example", "", null, "")]
    [InlineData("ann@x.example", "ann", "joe@x.example", "joe")]
    [InlineData("ann-{0}@x.example", "ann", "joe@x.example", "")]
    public async Task One_who_sends_much_is_passed_by_one_who_sends_little(string many, string manyLogin, string? one, string oneLogin)
    {
        var hop = _delivery.Hops["a.example"];
        (hop.Concurrency, hop.Hold) = (1, new TaskCompletionSource());
        _delivery.Start();
        for (var i = 0; i < 20; i++)
            Commit(string.Format(CultureInfo.InvariantCulture, many, i), manyLogin);
        Commit(one, oneLogin);
        await hop.NextAsync();
        // Taken up behind all of them, so that they wait by now.
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();
        hop.Hold.SetResult();
        // The first of the many may have gone before the others came.
        Mailbox?[] next = [(await hop.NextAsync()).Mail.ReversePath, (await hop.NextAsync()).Mail.ReversePath];
        Assert.Contains(one, next.Select(static sender => sender?.ToString()));
    }

    [Fact]
    public async Task One_whose_route_waits_for_a_host_passes_those_of_one_who_sends_much()
    {
        var (gate, asked) = (new TaskCompletionSource(), new List<string>());
        _delivery.Model = _delivery.Model with
        {
            NextHop = new Asking<NextHop>(async (subject, cancellationToken) =>
            {
                if (subject.Text(RuleVariable.RcptDomain) == "b.example")
                    return new(NextHop.To("b.example"));
                cancellationToken.ThrowIfCancellationRequested();
                lock (asked)
                    asked.Add(subject.Text(RuleVariable.SenderDomain));
                await gate.Task.WaitAsync(cancellationToken);
                return new(NextHop.To("a.example"));
            }),
        };
        _delivery.Start();
        // Far more than are asked about at once.
        const int Mailing = 300;
        for (var i = 0; i < Mailing; i++)
            Commit("news@news.example", "");
        Commit("joe@y.example", "");
        // Taken up behind all of them, so that they wait by now.
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();
        gate.SetResult();
        for (var i = 0; i <= Mailing; i++)
            await _delivery.Store.NextMarkAsync();
        Assert.InRange(asked.IndexOf("y.example"), 0, Mailing / 2);
    }

    [Fact]
    public void One_who_waits_for_a_place_in_a_throttle_passes_those_of_one_who_sends_much()
    {
        var throttles = new Throttles(TimeProvider.System);
        ThrottleKey[] keys = [new(new ThrottleModel(null, [], 1, 0, default), "")];
        var running = Due(1, "news.example");
        Assert.True(throttles.TryBegin(running));
        for (var i = 2; i < 10; i++)
            Assert.False(throttles.TryBegin(Due(i, "news.example")));
        Assert.False(throttles.TryBegin(Due(10, "y.example")));
        List<long> next = [];
        while (throttles.End(running) is [var one])
        {
            Assert.True(throttles.TryBegin(running = one));
            next.Add(one.Key.Value);
        }
        Assert.Equal([2, 10, 3, 4, 5, 6, 7, 8, 9], next);

        DueMessage Due(int key, string sender) => new(new MessageKey(key), [], null) { Sender = sender, Throttles = keys };
    }

    [Fact(Timeout = 120_000)]
    public async Task Domains_that_swallow_what_they_are_sent_leave_places_to_the_others()
    {
        const int Domains = 300;
        var never = new TaskCompletionSource();
        FakeHop[] hanging = [.. Enumerable.Range(0, Domains).Select(i => _delivery.Hops[MxHopName.Of($"d{i}.example")])];
        foreach (var hop in hanging)
            (hop.Concurrency, hop.Hold) = (5, never);
        _delivery.Model = _delivery.Model with { NextHop = NextHop.ByMx };
        _delivery.Start();
        for (var i = 0; i < Domains * 5; i++)
            _delivery.Store.Commit($"bob@d{i / 5}.example");
        foreach (var hop in hanging)
            await hop.NextAsync().WaitAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 10; i++)
            _delivery.Store.Commit("bob@good.example");
        for (var i = 0; i < 10; i++)
            Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.InRange(hanging.Sum(static hop => hop.Total), Domains, HopLanes.MaxByMx - 1);
        never.SetResult();
    }

    void Commit(string? sender, string login)
    {
        var envelope = Letters.Envelope("bob@a.example");
        _delivery.Store.Commit(envelope with
        {
            Mail = envelope.Mail with { ReversePath = sender is null ? null : Letters.Mailbox(sender) },
            Origin = envelope.Origin with { AuthenticatedAs = login },
        });
    }
}
