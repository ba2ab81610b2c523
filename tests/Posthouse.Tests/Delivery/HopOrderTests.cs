using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Reports;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>An operator's word on all of a hop, where messages go to others too.</summary>
public sealed class HopOrderTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task A_cancel_of_a_hop_ends_its_recipients_alone_and_the_others_are_delivered_in_their_time()
    {
        var key = Backlog("bob@a.example", "carl@b.example", "dora@a.example");
        var control = _delivery.Start().Control;
        Assert.Equal(new QueueActionCounts(1, 0, 0, 0, 0, 0) { Elsewhere = 1 }, await control.ActOnAllAsync("a.example", QueueAction.Cancel));
        var (marked, marks) = await _delivery.Store.NextMarkAsync();
        Assert.Equal(key, marked);
        Assert.Equal([(0, RecipientState.Failed), (2, RecipientState.Failed)], marks.Select(static mark => (mark.Ordinal, mark.State)));
        var report = ReadReport.Of(Assert.Single(_delivery.Store.Reports));
        Assert.Equal(("rfc822; bob@a.example", "rfc822; dora@a.example"), (report.Field(1, "Final-Recipient"), report.Field(2, "Final-Recipient")));
        Assert.False(_delivery.Store.HasMarks);

        _delivery.Time.Advance(TimeSpan.FromHours(1));
        (marked, marks) = await _delivery.Store.NextMarkAsync();
        Assert.Equal((key, 1, RecipientState.Delivered), (marked, Assert.Single(marks).Ordinal, marks[0].State));
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task A_cancel_of_a_hop_leaves_those_who_stand_in_the_line_of_another()
    {
        var control = _delivery.Start().Control;
        var busy = Busy("b.example");
        _delivery.Store.Commit("first@b.example");
        await busy.NextAsync();
        _delivery.Hops["a.example"].Answer = static _ => [Temporary()];
        var key = _delivery.Store.Commit("bob@a.example", "carl@b.example");
        await _delivery.Store.NextMarkAsync();
        await UntilAsync(async () => (await control.ActOnAllAsync("a.example", QueueAction.Cancel, withReport: false)).Done == 1);
        Assert.Equal((0, RecipientState.Failed), await _delivery.Store.NextMarkAsync() is var (_, marks) ? (Assert.Single(marks).Ordinal, marks[0].State) : default);

        busy.Hold!.SetResult();
        await _delivery.Store.NextMarkAsync();
        var (marked, others) = await _delivery.Store.NextMarkAsync();
        Assert.Equal((key, 1, RecipientState.Delivered), (marked, Assert.Single(others).Ordinal, others[0].State));
        _delivery.Time.Advance(TimeSpan.FromDays(1));
        await PassOnAsync();
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task A_cancel_of_a_hop_ends_those_who_stand_in_its_line_and_leaves_those_who_are_scheduled_for_another()
    {
        var control = _delivery.Start().Control;
        var busy = Busy("b.example");
        _delivery.Store.Commit("first@b.example");
        await busy.NextAsync();
        _delivery.Hops["a.example"].Answer = static _ => [Temporary()];
        var key = _delivery.Store.Commit("bob@a.example", "carl@b.example");
        await _delivery.Store.NextMarkAsync();
        // Behind its mark it goes into the schedule in its own time.
        await UntilAsync(async () => (await control.ActOnAllAsync("a.example", QueueAction.Retry)).Done == 1);
        await _delivery.Store.NextMarkAsync();
        await UntilAsync(async () => (await control.ActOnAllAsync("b.example", QueueAction.Cancel, withReport: false)).Done == 1);
        Assert.Equal((1, RecipientState.Failed), await _delivery.Store.NextMarkAsync() is var (_, marks) ? (Assert.Single(marks).Ordinal, marks[0].State) : default);

        busy.Hold!.SetResult();
        await _delivery.Store.NextMarkAsync();
        _delivery.Hops["a.example"].Answer = static _ => [Delivered];
        await UntilAsync(async () => (await control.ActOnAllAsync("a.example", QueueAction.Retry)).Done == 1);
        var (marked, others) = await _delivery.Store.NextMarkAsync();
        Assert.Equal((key, 0, RecipientState.Delivered), (marked, Assert.Single(others).Ordinal, others[0].State));
        await PassOnAsync();
        Assert.Equal(1, busy.Total);
    }

    [Fact]
    public async Task Who_stands_in_a_line_is_found_by_where_that_leads_whatever_the_way_would_be_now()
    {
        var control = _delivery.Start().Control;
        var busy = Busy("a.example");
        _delivery.Store.Commit("first@a.example");
        await busy.NextAsync();
        var key = _delivery.Store.Commit("bob@a.example");
        await PassOnAsync();
        _delivery.Model = _delivery.Model with { NextHop = new Deciding<NextHop>(static _ => new(NextHop.To("b.example"))) };
        _ = _delivery.Hops["b.example"];
        await PassOnAsync("b.example");
        Assert.Equal(["a.example"], (await control.ShowAsync(key.ToString()))!.Message.Hops);
        busy.Hold!.SetResult();
    }

    [Fact]
    public async Task A_hold_of_a_hop_is_of_the_whole_message_and_says_how_many_go_elsewhere_too()
    {
        Backlog("bob@a.example", "carl@b.example");
        Backlog("dora@a.example");
        Backlog("erik@b.example");
        var control = _delivery.Start().Control;
        Assert.Equal(new QueueActionCounts(2, 0, 0, 0, 0, 0) { Elsewhere = 1 }, await control.ActOnAllAsync("a.example", QueueAction.Hold));
        _delivery.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("erik@b.example", (await _delivery.Hops["b.example"].NextAsync()).Recipients[0].Mailbox.ToString());
        await _delivery.Store.NextMarkAsync();
        await PassOnAsync();
        Assert.Equal((0, 1), (_delivery.Hops["a.example"].Total, _delivery.Hops["b.example"].Total));
        Assert.Equal(1, (await control.ActOnAllAsync("b.example", QueueAction.Release)).Elsewhere);
        await _delivery.Store.NextMarkAsync();
        await _delivery.Store.NextMarkAsync();
        Assert.Equal((1, 2), (_delivery.Hops["a.example"].Total, _delivery.Hops["b.example"].Total));
    }

    [Fact]
    public async Task A_message_of_which_one_is_scheduled_and_another_stands_in_the_line_of_a_hop_goes_with_both()
    {
        var control = _delivery.Start().Control;
        var busy = Busy("b.example");
        _delivery.Store.Commit("first@b.example");
        await busy.NextAsync();
        _delivery.Hops["a.example"].Answer = static _ => [Temporary()];
        var key = _delivery.Store.Commit("bob@a.example", "carl@b.example");
        await _delivery.Store.NextMarkAsync();
        await UntilAsync(async () => !(await control.ShowAsync(key.ToString()))!.Message.IsBeingDelivered);
        Assert.Equal(["a.example", "b.example"], (await control.ShowAsync(key.ToString()))!.Message.Hops);
        // The one that is under way is of the hop as well.
        Assert.Equal(2, (await control.ActOnAllAsync("b.example", QueueAction.Hold)).Done);
        busy.Hold!.SetResult();
        await _delivery.Store.NextMarkAsync();
        await PassOnAsync();
        Assert.Equal(1, busy.Total);
    }

    [Fact]
    public async Task Of_a_message_that_waits_for_its_route_in_part_a_cancel_ends_those_whose_hop_is_known_and_counts_it()
    {
        var answer = AskAboutSlow();
        var control = _delivery.Start().Control;
        var key = _delivery.Store.Commit("bob@a.example", "carl@slow.example");
        _delivery.Store.Commit("dora@slow.example");
        await PassOnAsync();
        Assert.Equal(2, (await control.ActOnAllAsync("b.example", QueueAction.Cancel, withReport: false)).Unrouted);
        Assert.Equal(new QueueActionCounts(1, 0, 0, 0, 0, 2) { Elsewhere = 1 }, await control.ActOnAllAsync("a.example", QueueAction.Cancel, withReport: false));
        Assert.Equal((key, 0), await _delivery.Store.NextMarkAsync() is var (marked, marks) ? (marked, Assert.Single(marks).Ordinal) : default);
        answer.SetResult();
        for (var i = 0; i < 2; i++)
            await _delivery.Hops["slow.example"].NextAsync();
    }

    [Fact]
    public async Task A_message_of_which_one_is_scheduled_and_another_waits_for_its_route_is_left_out_of_a_hop_that_may_be_its_own()
    {
        var answer = AskAboutSlow();
        var control = _delivery.Start().Control;
        _ = _delivery.Hops["b.example"];
        _delivery.Store.Commit(Letters.Envelope("bob@a.example", "carl@slow.example") with
        {
            Earlier = [new EarlierAttempt(Letters.Now.AddHours(1), false, "451 late") { Hop = "a.example" }],
        });
        await PassOnAsync();
        Assert.Equal(1, (await control.ActOnAllAsync("b.example", QueueAction.Retry)).Unrouted);
        Assert.Equal(new QueueActionCounts(1, 0, 0, 0, 0, 0) { Elsewhere = 1 }, (await control.ActOnAllAsync("a.example", QueueAction.Hold)));
        answer.SetResult();
        await PassOnAsync();
    }

    /// <summary>A host is asked for the hop of <c>slow.example</c>, and answers when the test says so.</summary>
    TaskCompletionSource AskAboutSlow()
    {
        var answer = new TaskCompletionSource();
        _delivery.Model = _delivery.Model with
        {
            NextHop = new Asking<NextHop>(async (subject, token) =>
            {
                if (subject.Text(RuleVariable.RcptDomain) == "slow.example")
                {
                    token.ThrowIfCancellationRequested();
                    await answer.Task;
                }
                return new(NextHop.To(subject.Text(RuleVariable.RcptDomain)));
            }),
        };
        return answer;
    }

    /// <summary>A message that waits since before the start.</summary>
    MessageKey Backlog(params string[] recipients)
    {
        var key = _delivery.Store.Add(recipients);
        for (var i = 0; i < recipients.Length; i++)
            _delivery.Store.Waiting.Add(new(key, i, 3, Letters.Now.AddHours(1)));
        return key;
    }

    /// <summary>A hop that takes one at a time, and keeps it.</summary>
    FakeHop Busy(string name)
    {
        var hop = _delivery.Hops[name];
        (hop.Concurrency, hop.Hold) = (1, new TaskCompletionSource());
        return hop;
    }

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
            await Task.Yield();
    }

    /// <summary>A message for another hop goes behind all that was taken up before.</summary>
    async Task PassOnAsync(string hop = "c.example")
    {
        var last = _delivery.Store.Commit($"bob@{hop}");
        Assert.Equal(last, (await _delivery.Store.NextMarkAsync()).Key);
    }
}
