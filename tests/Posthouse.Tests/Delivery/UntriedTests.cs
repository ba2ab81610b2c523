using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Reports;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>A hop that is not tried, since its breaker is open.</summary>
public sealed class UntriedTests : IAsyncDisposable
{
    const int Messages = 30;

    static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(12);

    readonly DeliveryFixture _delivery = new();
    int _advances;

    static Outcome Untried => Temporary(Blame.Transport) with { IsUntried = true };

    FakeHop Hop => _delivery.Hops["a.example"];

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task A_message_that_was_not_tried_has_had_no_attempt_and_keeps_its_place_in_the_schedule()
    {
        Hop.Answer = static _ => [Untried];
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        await MarkedAsync(RecipientState.Waiting, 0);
        var mark = await AdvanceUntilMarkedAsync(Cooldown);
        Assert.Equal((RecipientState.Waiting, 0), (mark.State, mark.Attempts));
        Hop.Answer = static _ => [Temporary(Blame.Transport)];
        mark = await AdvanceUntilMarkedAsync(Cooldown);
        Assert.Equal((RecipientState.Waiting, 1), (mark.State, mark.Attempts));
    }

    [Fact]
    public async Task One_finds_out_after_each_cooldown_and_all_go_when_the_hop_has_answered()
    {
        await WaitingAsync();
        await AdvanceUntilMarkedAsync(Cooldown);
        Assert.InRange(Hop.Total, Messages + 1, Messages + 1 + _advances);

        Hop.Answer = static _ => [Delivered];
        RecipientMark mark;
        do
            mark = await AdvanceUntilMarkedAsync(Cooldown);
        while (mark.State != RecipientState.Delivered);
        var since = _delivery.Time.GetUtcNow();
        // One that begins to wait just behind the answer goes after the next cooldown.
        for (var i = 1; i < Messages; i++)
        {
            mark = await AdvanceUntilMarkedAsync(TimeSpan.FromMilliseconds(100));
            i -= mark.State == RecipientState.Delivered ? 0 : 1;
        }
        Assert.True(_delivery.Time.GetUtcNow() - since < Messages / 2 * Cooldown);
    }

    [Fact]
    public async Task One_that_fails_by_our_own_definition_lets_nobody_else_go()
    {
        await WaitingAsync();
        // Its password is wrong, so that the breaker is open again behind it.
        Hop.Answer = static _ => [Temporary(Blame.Definition)];
        Assert.Equal(1, (await AdvanceUntilMarkedAsync(Cooldown)).Attempts);
        // One more for each cooldown that the test has let pass.
        _delivery.Store.Commit("bob@b.example");
        while (Assert.Single((await _delivery.Store.NextMarkAsync()).Marks) is { State: not RecipientState.Delivered })
            continue;
        Assert.InRange(Hop.Total, Messages + 1, Messages + _advances);
    }

    [Fact]
    public async Task A_route_that_cannot_be_told_now_lets_nobody_else_go()
    {
        await WaitingAsync();
        var routed = 0;
        _delivery.Model = _delivery.Model with
        {
            NextHop = new Deciding<NextHop>(subject => subject.Text(RuleVariable.RcptDomain) is var domain && domain == "b.example"
                ? new(NextHop.To(domain))
                : Interlocked.Increment(ref routed) > 0 ? Evaluation<NextHop>.Unavailable("remote/dir does not answer") : default),
        };
        Assert.Equal(1, (await AdvanceUntilMarkedAsync(Cooldown)).Attempts);
        _delivery.Store.Commit("bob@b.example");
        while (Assert.Single((await _delivery.Store.NextMarkAsync()).Marks) is { State: not RecipientState.Delivered })
            continue;
        // Each is looked at twice, at first by what is known here.
        Assert.InRange(routed, 1, 2 * _advances);
    }

    [Fact]
    public async Task A_retry_by_the_operator_costs_it_no_attempt_either()
    {
        Hop.Answer = static _ => [Untried];
        var control = _delivery.Start().Control;
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        await MarkedAsync(RecipientState.Waiting, 0);
        while ((await control.ShowAsync(id))!.Message.WaitsFor != QueueWait.Hop)
            await Task.Yield();
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Retry));
        await MarkedAsync(RecipientState.Waiting, 0);
        while ((await control.ActOnAllAsync("a.example", QueueAction.Retry)).Done != 1)
            await Task.Yield();
        await MarkedAsync(RecipientState.Waiting, 0);
        while (await control.ActAsync(id, QueueAction.Cancel) == QueueAnswer.Busy)
            await Task.Yield();
        await MarkedAsync(RecipientState.Failed, 0);
        Assert.Equal(3, Hop.Total);
    }

    [Fact]
    public async Task Its_sender_hears_of_the_delay_and_of_the_end()
    {
        _delivery.Model = _delivery.Model with { Notify = Setting<IReadOnlyList<TimeSpan>>.Of([TimeSpan.FromHours(4)]), Expire = TimeSpan.FromDays(2) };
        Hop.Answer = static _ => [Untried];
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        RecipientMark mark;
        do
            mark = await AdvanceUntilMarkedAsync(TimeSpan.FromMinutes(30));
        while (mark.State == RecipientState.Waiting);
        Assert.Equal((RecipientState.Failed, 0), (mark.State, mark.Attempts));
        Assert.InRange(_delivery.Time.GetUtcNow(), Letters.Now.AddDays(2), Letters.Now.AddDays(2).AddHours(3));
        var reports = _delivery.Store.Reports.Select(static report => ReadReport.Of(report)).ToArray();
        Assert.Equal(["delayed", "failed"], reports.Select(static report => report.Field(1, "Action")));
        Assert.All(reports, static report => Assert.Null(report.Field(1, "Last-Attempt-Date")));
    }

    [Fact]
    public async Task Neither_a_wait_nor_a_delay_takes_back_that_it_may_have_arrived()
    {
        _delivery.Model = _delivery.Model with { Expire = TimeSpan.FromDays(2), Notify = Setting<IReadOnlyList<TimeSpan>>.Of([]) };
        Hop.Answer = static _ => [Temporary(Blame.Transport, maybe: true)];
        _delivery.Start();
        _delivery.Store.Commit("bob@a.example");
        Assert.True(Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).MaybeDelivered);
        Hop.Answer = static _ => [Untried];
        var mark = await AdvanceUntilMarkedAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((RecipientState.Waiting, 1, true), (mark.State, mark.Attempts, mark.MaybeDelivered));
        Hop.Answer = static _ => [Temporary()];
        mark = await AdvanceUntilMarkedAsync(Cooldown);
        Assert.Equal((RecipientState.Waiting, 2, true), (mark.State, mark.Attempts, mark.MaybeDelivered));
        Hop.Answer = static _ => [Untried];
        do
            mark = await AdvanceUntilMarkedAsync(TimeSpan.FromHours(2));
        while (mark.State == RecipientState.Waiting);
        Assert.Equal((RecipientState.Failed, 2, true), (mark.State, mark.Attempts, mark.MaybeDelivered));
        var report = ReadReport.Of(Assert.Single(_delivery.Store.Reports));
        Assert.Contains("may have arrived all the same", report.Notice, StringComparison.Ordinal);
        Assert.Null(report.Field(1, "Last-Attempt-Date"));
    }

    /// <summary>Messages that have found their hop out of reach.</summary>
    async Task WaitingAsync()
    {
        Hop.Answer = static _ => [Untried];
        _delivery.Start();
        for (var i = 0; i < Messages; i++)
            _delivery.Store.Commit("bob@a.example");
        for (var i = 0; i < Messages; i++)
            await MarkedAsync(RecipientState.Waiting, 0);
    }

    async Task MarkedAsync(RecipientState state, int attempts)
    {
        var mark = Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal((state, attempts), (mark.State, mark.Attempts));
    }

    /// <summary>It begins to wait behind its mark, in its own time, so that the clock has to go on for it to come up.</summary>
    async Task<RecipientMark> AdvanceUntilMarkedAsync(TimeSpan step)
    {
        var next = _delivery.Store.NextMarkAsync();
        while (!next.IsCompleted)
        {
            _delivery.Time.Advance(step);
            _advances++;
            await Task.WhenAny(next, Task.Delay(20, TestContext.Current.CancellationToken));
        }
        return Assert.Single((await next).Marks);
    }
}
