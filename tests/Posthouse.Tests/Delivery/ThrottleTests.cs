using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;

namespace Posthouse.Tests.Delivery;

/// <summary><c>[[queue.throttle]]</c>.</summary>
public sealed class ThrottleTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task A_rate_lets_its_count_through_at_once_and_then_one_for_each_part_of_its_period()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.RcptDomain], 0, 2, TimeSpan.FromMinutes(1)));
        _delivery.Start();
        for (var i = 0; i < 4; i++)
            _delivery.Store.Commit("bob@a.example");
        _delivery.Store.Commit("bob@b.example");
        for (var i = 0; i < 3; i++)
            await _delivery.Store.NextMarkAsync();
        Assert.Equal((2, 1), (_delivery.Hops["a.example"].Total, _delivery.Hops["b.example"].Total));
        _delivery.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).Attempts);
        Assert.Equal(3, _delivery.Hops["a.example"].Total);
        _delivery.Time.Advance(TimeSpan.FromSeconds(30));
        await _delivery.Store.NextMarkAsync();
        Assert.Equal(4, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task A_concurrency_holds_for_each_key_apart_and_all_goes_in_the_end()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.Rcpt], 1, 0, default));
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("a.example") };
        var hop = _delivery.Hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        _delivery.Start();
        for (var i = 0; i < 3; i++)
            _delivery.Store.Commit("bob@x.example");
        _delivery.Store.Commit("joe@x.example");
        // Two run; the two others of bob's wait, and keep no worker from joe.
        Assert.Equal(["bob@x.example", "joe@x.example"], new[] { await hop.NextAsync(), await hop.NextAsync() }.Select(static request => request.Recipients[0].Mailbox.ToString()).Order());
        hop.Hold.SetResult();
        for (var i = 0; i < 4; i++)
            Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.InRange(hop.MostAtOnce, 1, 2);
    }

    [Fact]
    public async Task Recipients_that_count_apart_go_in_transactions_of_their_own()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.RcptDomain], 5, 0, default));
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("a.example") };
        _delivery.Start();
        _delivery.Store.Commit("bob@x.example", "joe@y.example", "eve@x.example");
        List<int> marked = [];
        while (marked.Count < 3)
            marked.AddRange((await _delivery.Store.NextMarkAsync()).Marks.Select(static mark => mark.Ordinal));
        Assert.Equal(2, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task One_that_is_held_in_its_turn_keeps_nobody_behind_it()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.Rcpt], 1, 0, default));
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("a.example") };
        var hop = _delivery.Hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        var loop = _delivery.Start();
        var keys = Enumerable.Range(0, 3).Select(_ => _delivery.Store.Commit("bob@x.example")).ToArray();
        // Taken up behind the others, so that they wait by now.
        var last = _delivery.Store.Commit("joe@x.example");
        for (var i = 0; i < 2; i++)
            await hop.NextAsync();
        Assert.Equal(QueueAnswer.Done, loop.Control.Hold(keys[1].ToString()));
        hop.Hold.SetResult();
        var marked = new HashSet<MessageKey>();
        for (var i = 0; i < 3; i++)
            marked.Add((await _delivery.Store.NextMarkAsync()).Key);
        Assert.Equal(new HashSet<MessageKey> { keys[0], keys[2], last }, marked);
    }

    [Fact]
    public async Task Recipients_of_different_throttles_count_apart_though_their_values_are_the_same()
    {
        Throttle(
            new ThrottleModel(Is("bob@x.example"), [RuleVariable.RcptDomain], 5, 0, default),
            new ThrottleModel(Is("joe@x.example"), [RuleVariable.RcptDomain], 5, 0, default));
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("a.example") };
        _delivery.Start();
        _delivery.Store.Commit("bob@x.example", "joe@x.example");
        for (var i = 0; i < 2; i++)
            Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal(2, _delivery.Hops["a.example"].Total);

        static Condition Is(string recipient) => new RecipientIs(recipient);
    }

    sealed class RecipientIs(string recipient) : LocalCondition(RuleVariable.Rcpt)
    {
        protected override bool Holds(IRuleSubject subject) => subject.Text(Variable) == recipient;
    }

    void Throttle(params ThrottleModel[] throttles) => _delivery.Model = _delivery.Model with { Throttles = throttles };
}
