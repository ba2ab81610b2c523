using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Reports;

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
    public async Task One_that_waits_for_its_turn_is_told_of_at_each_step_and_expires_without_an_attempt_counted()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.RcptDomain], 0, 1, TimeSpan.FromDays(3650)));
        _delivery.Model = _delivery.Model with { Notify = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromHours(4)]), Expire = TimeSpan.FromDays(2) };
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        var late = _delivery.Store.Commit("bob@a.example");
        await _delivery.Store.NextMarkAsync();
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();

        _delivery.Time.Advance(TimeSpan.FromHours(4));
        var (key, marks) = await _delivery.Store.NextMarkAsync();
        Assert.Equal((late, RecipientState.Waiting, 0, 1), (key, marks[0].State, marks[0].Attempts, marks[0].Notices));
        Assert.Equal("delayed", ReadReport.Of(Assert.Single(_delivery.Store.Reports)).Field(1, "Action"));

        (key, marks) = await AdvanceUntilAsync(TimeSpan.FromHours(1));
        Assert.Equal((late, RecipientState.Failed, 0), (key, marks[0].State, marks[0].Attempts));
        Assert.True(_delivery.Time.GetUtcNow() >= Letters.Now.AddDays(2));
        Assert.Equal(["delayed", "failed"], _delivery.Store.Reports.Where(static report => report.Octets.Length > 0).Select(static report => ReadReport.Of(report).Field(1, "Action")));
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task One_that_was_told_of_while_it_waited_still_has_its_turn()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.RcptDomain], 0, 1, TimeSpan.FromHours(6)));
        _delivery.Model = _delivery.Model with { Notify = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromHours(4)]) };
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        var late = _delivery.Store.Commit("bob@a.example");
        await _delivery.Store.NextMarkAsync();
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();
        _delivery.Time.Advance(TimeSpan.FromHours(4));
        Assert.Equal(RecipientState.Waiting, (await _delivery.Store.NextMarkAsync()).Marks[0].State);
        var (key, marks) = await AdvanceUntilAsync(TimeSpan.FromMinutes(30));
        Assert.Equal((late, RecipientState.Delivered, 1), (key, marks[0].State, marks[0].Attempts));
        Assert.True(_delivery.Time.GetUtcNow() >= Letters.Now.AddHours(6));
    }

    [Fact]
    public void A_clock_that_is_set_back_stops_no_rate()
    {
        var clock = new SetClock();
        var throttles = new Throttles(clock);
        IReadOnlyList<ThrottleKey> keys = [new(new ThrottleModel(null, [], 0, 1, TimeSpan.FromMinutes(1)), "x")];
        Assert.Equal(TimeSpan.Zero, throttles.Reserve(keys));
        clock.Now -= TimeSpan.FromHours(1);
        Assert.Equal(TimeSpan.FromMinutes(1), throttles.Reserve(keys));
    }

    sealed class SetClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = Letters.Now;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => 1;
    }

    /// <summary>It is scheduled behind its last mark, in its own time, so that the clock has to go on for it to come up.</summary>
    async Task<(MessageKey Key, RecipientMark[] Marks)> AdvanceUntilAsync(TimeSpan step)
    {
        var next = _delivery.Store.NextMarkAsync();
        while (!next.IsCompleted)
        {
            _delivery.Time.Advance(step);
            await Task.WhenAny(next, Task.Delay(20, TestContext.Current.CancellationToken));
        }
        return await next;
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
    public async Task One_that_finds_no_place_is_told_of_at_each_step_and_expires_where_it_waits()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.Rcpt], 1, 0, default));
        _delivery.Model = _delivery.Model with
        {
            NextHop = NextHop.To("a.example"), Notify = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromHours(4)]), Expire = TimeSpan.FromDays(2),
        };
        var hop = _delivery.Hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        _delivery.Start();
        _delivery.Store.Commit("bob@x.example");
        await hop.NextAsync();
        var late = _delivery.Store.Commit("bob@x.example");
        // Behind it at the hop, so that it has found no place by now; of another key, and held up for as long.
        _delivery.Store.Commit("joe@x.example");
        await hop.NextAsync();

        var (key, marks) = await AdvanceUntilAsync(TimeSpan.FromHours(1));
        Assert.Equal((late, RecipientState.Waiting, 0, 1), (key, marks[0].State, marks[0].Attempts, marks[0].Notices));
        (key, marks) = await AdvanceUntilAsync(TimeSpan.FromHours(1));
        Assert.Equal((late, RecipientState.Failed, 0), (key, marks[0].State, marks[0].Attempts));
        Assert.Equal(["delayed", "failed"], _delivery.Store.Reports.Select(static report => ReadReport.Of(report).Field(1, "Action")));
        Assert.Equal(2, hop.Total);
        hop.Hold.SetResult();
        for (var i = 0; i < 2; i++)
            Assert.Equal(RecipientState.Delivered, (await _delivery.Store.NextMarkAsync()).Marks[0].State);
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
        Assert.Equal(QueueAnswer.Done, await loop.Control.ActAsync(keys[1].ToString(), QueueAction.Hold));
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
            new ThrottleModel(Is("bob"), [RuleVariable.RcptDomain], 5, 0, default),
            new ThrottleModel(Is("joe"), [RuleVariable.RcptDomain], 5, 0, default));
        _delivery.Model = _delivery.Model with { NextHop = NextHop.To("a.example") };
        _delivery.Start();
        _delivery.Store.Commit("bob@x.example", "joe@x.example");
        for (var i = 0; i < 2; i++)
            Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal(2, _delivery.Hops["a.example"].Total);

        static Condition Is(string name) => new RecipientIs(name);
    }

    [Fact]
    public async Task A_retry_by_the_operator_keeps_a_rate_and_says_so()
    {
        Throttle(new ThrottleModel(null, [RuleVariable.RcptDomain], 0, 1, TimeSpan.FromHours(1)));
        var control = _delivery.Start().Control;
        _delivery.Store.Commit("bob@a.example");
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();
        await _delivery.Store.NextMarkAsync();
        Assert.Equal(QueueWait.Throttle, (await control.ShowAsync(id))!.Message.WaitsFor);
        Assert.Equal(QueueAnswer.Throttled, await control.ActAsync(id, QueueAction.Retry));
        Assert.Equal((0, 1), await control.ActOnAllAsync("a.example", QueueAction.Retry) is var counts ? (counts.Done, counts.Throttled) : default);
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Hold));
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Release));
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
        _delivery.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(RecipientState.Delivered, (await _delivery.Store.NextMarkAsync()).Marks[0].State);
        Assert.Equal(2, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task One_that_finds_no_place_is_shown_as_such()
    {
        Throttle(new ThrottleModel(new RecipientIs("bob"), [], 1, 0, default));
        var hop = _delivery.Hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        var control = _delivery.Start().Control;
        _delivery.Store.Commit("bob@a.example");
        await hop.NextAsync();
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        while ((await control.ShowAsync(id))!.Message.WaitsFor != QueueWait.Throttle)
            await Task.Yield();
        Assert.Equal(QueueAnswer.Throttled, await control.ActAsync(id, QueueAction.Retry));
        hop.Hold.SetResult();
    }

    [Fact]
    public async Task One_that_was_held_in_its_turn_keeps_it()
    {
        Throttle(new ThrottleModel(new RecipientIs("bob"), [], 0, 2, TimeSpan.FromHours(1)));
        var hop = _delivery.Hops["a.example"];
        (hop.Concurrency, hop.Hold) = (1, new TaskCompletionSource());
        var control = _delivery.Start().Control;
        _delivery.Store.Commit("bob@a.example");
        await hop.NextAsync();
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        _delivery.Store.Commit("joe@a.example");
        // Taken up behind it, so that it has its turn, and waits for the hop.
        _delivery.Store.Commit("joe@b.example");
        await _delivery.Store.NextMarkAsync();
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Hold));
        hop.Hold.SetResult();
        // Behind it, so that it has come to its turn, and is held.
        Assert.Equal("joe@a.example", (await hop.NextAsync()).Recipients[0].Mailbox.ToString());
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Release));
        Assert.Equal("bob@a.example", (await hop.NextAsync()).Recipients[0].Mailbox.ToString());
    }

    [Fact]
    public async Task A_step_that_passes_while_one_is_held_says_nothing_of_a_throttle()
    {
        Throttle(new ThrottleModel(new RecipientIs("bob"), [], 5, 0, default));
        _delivery.Model = _delivery.Model with { Notify = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromHours(4)]) };
        var hop = _delivery.Hops["a.example"];
        (hop.Concurrency, hop.Hold) = (1, new TaskCompletionSource());
        var control = _delivery.Start().Control;
        _delivery.Store.Commit("joe@a.example");
        await hop.NextAsync();
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        _delivery.Store.Commit("joe@a.example");
        _delivery.Store.Commit("joe@b.example");
        await _delivery.Store.NextMarkAsync();
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Hold));
        hop.Hold.SetResult();
        await hop.NextAsync();
        _delivery.Time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Release));
        await hop.NextAsync();
        Assert.Empty(_delivery.Store.Reports);
    }

    [Fact]
    public async Task A_place_that_one_cannot_take_since_it_lacks_another_goes_to_the_next()
    {
        Throttle(
            new ThrottleModel(new RecipientIs("1", "2", "3"), [], 1, 0, default),
            new ThrottleModel(new RecipientIs("2", "slow"), [], 1, 0, default));
        var (hop, slow) = (_delivery.Hops["a.example"], _delivery.Hops["slow.example"]);
        (hop.Hold, slow.Hold) = (new TaskCompletionSource(), new TaskCompletionSource());
        _delivery.Start();
        _delivery.Store.Commit("slow@slow.example");
        await slow.NextAsync();
        _delivery.Store.Commit("1@a.example");
        await hop.NextAsync();
        foreach (var name in (string[])["2", "3", "free"])
            _delivery.Store.Commit(name + "@a.example");
        // Behind them all, so that they wait by now.
        await hop.NextAsync();
        hop.Hold.SetResult();
        Assert.Equal("3@a.example", (await hop.NextAsync()).Recipients[0].Mailbox.ToString());
        Assert.Equal(3, hop.Total);
        slow.Hold.SetResult();
        Assert.Equal("2@a.example", (await hop.NextAsync()).Recipients[0].Mailbox.ToString());
    }

    sealed class RecipientIs(params string[] names) : LocalCondition(RuleVariable.Rcpt)
    {
        protected override bool Holds(IRuleSubject subject) => names.Contains(subject.Text(Variable).Split('@')[0]);
    }

    void Throttle(params ThrottleModel[] throttles) => _delivery.Model = _delivery.Model with { Throttles = throttles };
}
