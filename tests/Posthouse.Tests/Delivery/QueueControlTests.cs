using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Gateway.Rules;
using Posthouse.Tests.Queue;
using Posthouse.Tests.Reports;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>An operator's word while the loop runs.</summary>
public sealed class QueueControlTests : IAsyncDisposable
{
    readonly DeliveryFixture _delivery = new();

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Fact]
    public async Task A_delayed_message_is_tried_at_once_when_asked()
    {
        var (control, id) = await DelayAsync();
        _delivery.Hops["a.example"].Answer = static _ => [Delivered];
        await UntilAsync(async () => await control.ActAsync(id, QueueAction.Retry) == QueueAnswer.Done);
        Assert.Equal((RecipientState.Delivered, 2), (await _delivery.Store.NextMarkAsync() is var (_, marks) ? marks[0].State : default, marks[0].Attempts));
        Assert.Equal(QueueAnswer.Unchanged, await control.ActAsync(id, QueueAction.Retry));
    }

    [Fact]
    public async Task Only_what_was_last_tried_at_a_hop_is_hastened_with_it()
    {
        var (control, _) = await DelayAsync();
        _delivery.Hops["b.example"].Answer = static _ => [Temporary()];
        _delivery.Store.Commit("bob@b.example");
        await _delivery.Store.NextMarkAsync();
        await UntilAsync(async () => (await control.ActOnAllAsync("b.example", QueueAction.Retry)).Done == 1);
        await _delivery.Store.NextMarkAsync();
        await UntilAsync(async () => (await control.ActOnAllAsync(null, QueueAction.Retry)).Done == 2);
        await _delivery.Store.NextMarkAsync();
        await _delivery.Store.NextMarkAsync();
        Assert.Equal((2, 3), (_delivery.Hops["a.example"].Total, _delivery.Hops["b.example"].Total));
    }

    [Fact]
    public async Task What_was_not_tried_since_the_start_goes_with_the_hop_that_it_would_be_routed_to()
    {
        var (here, there) = (_delivery.Store.Add("bob@a.example"), _delivery.Store.Add("bob@b.example"));
        foreach (var key in (MessageKey[])[here, there])
            _delivery.Store.Waiting.Add(new(key, 0, 3, Letters.Now.AddHours(1)));
        var control = _delivery.Start().Control;
        Assert.Equal(["a.example", "b.example"], (await control.ListAsync("", 10)).Select(static entry => Assert.Single(entry.Hops)));
        Assert.Equal(new QueueActionCounts(1, 0, 0, 0, 0, 0), await control.ActOnAllAsync("b.example", QueueAction.Retry));
        Assert.Equal(there, (await _delivery.Store.NextMarkAsync()).Key);
        await PassOnAsync();
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task What_cannot_be_routed_without_asking_a_host_is_left_out_and_counted()
    {
        _delivery.Store.Waiting.Add(new(_delivery.Store.Add("bob@a.example"), 0, 3, Letters.Now.AddHours(1)));
        _delivery.Model = _delivery.Model with
        {
            NextHop = new Asking<NextHop>(static (_, token) => token.IsCancellationRequested
                ? Task.FromCanceled<Evaluation<NextHop>>(token)
                : Task.FromResult<Evaluation<NextHop>>(new(NextHop.To("a.example")))),
        };
        var control = _delivery.Start().Control;
        Assert.Equal(new QueueActionCounts(0, 0, 0, 0, 0, 1), await control.ActOnAllAsync("a.example", QueueAction.Hold));
        Assert.Empty(Assert.Single(await control.ListAsync("", 10)).Hops);
        Assert.Equal(new QueueActionCounts(1, 0, 0, 0, 0, 0), await control.ActOnAllAsync(null, QueueAction.Hold));
    }

    [Fact]
    public async Task A_hop_that_is_none_is_refused_with_those_that_there_are()
    {
        _ = (_delivery.Hops["a.example"], _delivery.Hops["b.example"]);
        var counts = await _delivery.Start().Control.ActOnAllAsync("nowhere.example", QueueAction.Cancel);
        Assert.Equal("there is no remote named nowhere.example; a hop is one of a.example, b.example", counts.Refusal);
    }

    [Fact]
    public async Task All_of_a_hop_are_held_released_and_cancelled()
    {
        foreach (var domain in (string[])["a.example", "b.example", "a.example"])
            _delivery.Store.Waiting.Add(new(_delivery.Store.Add($"bob@{domain}"), 0, 3, Letters.Now.AddHours(1)));
        var control = _delivery.Start().Control;
        Assert.Equal(2, (await control.ActOnAllAsync("a.example", QueueAction.Hold)).Done);
        Assert.Equal([true, false, true], (await control.ListAsync("", 10)).Select(static entry => entry.IsHeld));
        Assert.Equal(new QueueActionCounts(2, 1, 0, 0, 0, 0), await control.ActOnAllAsync(null, QueueAction.Release));
        Assert.Equal(2, (await control.ActOnAllAsync("a.example", QueueAction.Cancel, withReport: false)).Done);
        _delivery.Time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 2; i++)
            Assert.Equal(RecipientState.Failed, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task What_is_on_its_way_is_listed_as_being_delivered()
    {
        var hop = _delivery.Hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        var control = _delivery.Start().Control;
        _delivery.Store.Commit("bob@a.example");
        await hop.NextAsync();
        Assert.True(Assert.Single(await control.ListAsync("", 10)).IsBeingDelivered);
        hop.Hold.SetResult();
        await _delivery.Store.NextMarkAsync();
    }

    [Fact]
    public async Task A_held_message_is_not_tried_until_it_is_released()
    {
        var (control, id) = await DelayAsync();
        Assert.Equal((QueueAnswer.Done, QueueAnswer.Unchanged), (await control.ActAsync(id, QueueAction.Hold), await control.ActAsync(id, QueueAction.Hold)));
        Assert.True(Assert.Single(await control.ListAsync("", 10)).IsHeld);
        Assert.Equal(QueueAnswer.Held, await control.ActAsync(id, QueueAction.Retry));
        Assert.Equal(1, (await control.ActOnAllAsync(null, QueueAction.Retry)).Held);
        await PassOnAsync();
        Assert.Equal(1, _delivery.Hops["a.example"].Total);

        _delivery.Hops["a.example"].Answer = static _ => [Delivered];
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Release));
        await UntilAsync(async () => await control.ActAsync(id, QueueAction.Retry) == QueueAnswer.Done);
        Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.Equal(QueueAnswer.Unchanged, await control.ActAsync(id, QueueAction.Release));
        Assert.False(Assert.Single(_delivery.Store.Held).Value);
    }

    [Fact]
    public async Task A_hold_outlives_a_restart()
    {
        var key = _delivery.Store.Add("bob@a.example");
        _delivery.Store.Waiting.Add(new(key, 0, 1, Letters.Now, IsHeld: true));
        var control = _delivery.Start().Control;
        await PassOnAsync();
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(key.ToString(), QueueAction.Release));
        Assert.Equal(key, (await _delivery.Store.NextMarkAsync()).Key);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_cancelled_message_is_failed_for_all_and_its_sender_told_unless_not_to_be(bool withReport, int reports)
    {
        var (control, id) = await DelayAsync();
        await UntilAsync(async () => await control.ActAsync(id, QueueAction.Cancel, withReport) == QueueAnswer.Done);
        var mark = Assert.Single((await _delivery.Store.NextMarkAsync()).Marks);
        Assert.Equal((RecipientState.Failed, "554 5.7.0 cancelled by the operator"), (mark.State, mark.Reply));
        Assert.Equal(reports, _delivery.Store.Reports.Count);
        Assert.All(_delivery.Store.Reports, static report => Assert.Equal(("failed", "5.7.0"), (ReadReport.Of(report).Field(1, "Action"), ReadReport.Of(report).Field(1, "Status"))));
        _delivery.Time.Advance(TimeSpan.FromDays(1));
        await PassOnAsync();
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task A_message_that_is_under_way_is_not_cancelled_and_goes_on()
    {
        var hop = _delivery.Hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        var control = _delivery.Start().Control;
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        await hop.NextAsync();
        Assert.Equal(QueueAnswer.Busy, await control.ActAsync(id, QueueAction.Cancel, withReport: true));
        hop.Hold.SetResult();
        Assert.Equal(RecipientState.Delivered, Assert.Single((await _delivery.Store.NextMarkAsync()).Marks).State);
        Assert.Empty(_delivery.Store.Reports);
    }

    [Theory]
    [InlineData(QueueAnswer.NotFound, "ann@a.example")]
    [InlineData(QueueAnswer.Done, "ann@a.example", "bob@a.example")]
    public async Task Whom_a_mark_has_delivered_that_is_not_on_disk_yet_is_not_cancelled(QueueAnswer answer, params string[] recipients)
    {
        using var queue = new StoreFixture();
        await using var store = queue.Open();
        using var schedule = new Schedule(queue.Time);
        using var unreached = new UnreachedHops(queue.Time, schedule);
        var gate = new MessageGate();
        using var cancel = new QueueCancel(store, new ReportDesk(static () => "gateway.example.org", queue.Time), schedule, unreached, gate,
            new QueuePlaces(store, gate, static () => [], _delivery.Hops, null, () => _delivery.Model), queue.Time, NullLogger.Instance);
        await store.CommitAsync([1], Letters.Envelope(recipients));
        var key = (await store.Committed.ReadAsync(TestContext.Current.CancellationToken)).Key;

        store.Record(key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]);
        Assert.Equal(answer, Assert.Single(await cancel.RunAsync([key], null, withReport: true, TestContext.Current.CancellationToken)).Answer);
        await store.WrittenAsync();
        Assert.Equal(0, queue.Count("recipient WHERE mailbox LIKE '%a.example'"));
        Assert.Equal(recipients.Length - 1, queue.Count("message"));
        if (!store.Committed.TryRead(out var own))
            return;
        var report = Encoding.ASCII.GetString(await own.Body.OctetsAsync());
        Assert.Contains("bob@a.example", report, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@a.example", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_whose_message_has_marks_that_find_no_room_is_to_be_asked_again_and_changes_nothing()
    {
        var (control, id) = await DelayAsync();
        _delivery.Store.Writing = new TaskCompletionSource<bool>();
        var cancelled = control.ActAsync(id, QueueAction.Cancel, withReport: true);
        while (!cancelled.IsCompleted)
        {
            _delivery.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        Assert.Equal(QueueAnswer.DiskBusy, await cancelled);
        Assert.Empty(_delivery.Store.Reports);
        Assert.False((await control.ShowAsync(id))!.Message.IsHeld);
    }

    [Fact]
    public async Task A_cancelled_message_that_waits_behind_another_at_its_hop_is_not_delivered()
    {
        var hop = _delivery.Hops["a.example"];
        (hop.Concurrency, hop.Hold) = (1, new TaskCompletionSource());
        var control = _delivery.Start().Control;
        var first = _delivery.Store.Commit("ann@a.example");
        var cancelled = _delivery.Store.Commit("bob@a.example");
        await hop.NextAsync();
        await PassOnAsync();
        await CancelAsync(control, cancelled);
        hop.Hold.SetResult();
        Assert.Equal(first, (await _delivery.Store.NextMarkAsync()).Key);
        var next = _delivery.Store.Commit("carl@a.example");
        Assert.Equal(next, (await _delivery.Store.NextMarkAsync()).Key);
        Assert.Equal(2, hop.Total);
    }

    [Fact]
    public async Task A_cancelled_message_that_waits_for_its_route_is_not_delivered()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        _delivery.Model = _delivery.Model with
        {
            NextHop = new Asking<NextHop>(async (subject, token) =>
            {
                if (subject.Text(RuleVariable.Rcpt) == "bob@a.example")
                {
                    token.ThrowIfCancellationRequested();
                    asked.TrySetResult();
                    await answer.Task;
                }
                return new(NextHop.To(subject.Text(RuleVariable.RcptDomain)));
            }),
        };
        var hop = _delivery.Hops["a.example"];
        (hop.Concurrency, hop.Hold) = (1, new TaskCompletionSource());
        var control = _delivery.Start().Control;
        _delivery.Store.Commit("ann@a.example");
        await hop.NextAsync();
        var cancelled = _delivery.Store.Commit("bob@a.example");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await CancelAsync(control, cancelled);
        // Goes on to the lane before it comes back, and waits behind the first there.
        await Task.Run(answer.SetResult, TestContext.Current.CancellationToken);
        hop.Hold.SetResult();
        await _delivery.Store.NextMarkAsync();
        var next = _delivery.Store.Commit("carl@a.example");
        Assert.Equal(next, (await _delivery.Store.NextMarkAsync()).Key);
        Assert.Equal(2, hop.Total);
    }

    [Fact]
    public async Task A_cancelled_message_that_waits_in_a_throttle_is_not_delivered_and_keeps_nobody_behind_it()
    {
        _delivery.Model = _delivery.Model with { Throttles = [new ThrottleModel(null, [RuleVariable.Rcpt], 1, 0, default)] };
        var hop = _delivery.Hops["a.example"];
        hop.Hold = new TaskCompletionSource();
        var control = _delivery.Start().Control;
        var keys = Enumerable.Range(0, 3).Select(_ => _delivery.Store.Commit("bob@a.example")).ToArray();
        _delivery.Store.Commit("joe@a.example");
        // Taken up behind them, so that they wait by now.
        for (var i = 0; i < 2; i++)
            await hop.NextAsync();
        await CancelAsync(control, keys[1]);
        hop.Hold.SetResult();
        HashSet<MessageKey> marked = [];
        for (var i = 0; i < 3; i++)
            marked.Add((await _delivery.Store.NextMarkAsync()).Key);
        Assert.DoesNotContain(keys[1], marked);
        Assert.Equal(3, hop.Total);
    }

    async Task CancelAsync(QueueControl control, MessageKey key)
    {
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(key.ToString(), QueueAction.Cancel, withReport: false));
        Assert.Equal((key, RecipientState.Failed), await _delivery.Store.NextMarkAsync() is var (marked, marks) ? (marked, marks[0].State) : default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000000")]
    [InlineData("!")]
    [InlineData("0123456789A")]
    public async Task An_id_that_is_not_in_the_queue_is_said_to_be_none(string id)
    {
        var control = _delivery.Start().Control;
        Assert.Null(await control.ShowAsync(id));
        Assert.Equal([QueueAnswer.NotFound, QueueAnswer.NotFound, QueueAnswer.NotFound, QueueAnswer.NotFound],
            [.. await Task.WhenAll(Enum.GetValues<QueueAction>().Select(action => control.ActAsync(id, action)))]);
    }

    async Task<(QueueControl Control, string Id)> DelayAsync()
    {
        var hop = _delivery.Hops["a.example"];
        hop.Answer = static _ => [Temporary()];
        var control = _delivery.Start().Control;
        var id = _delivery.Store.Commit("bob@a.example").ToString();
        await _delivery.Store.NextMarkAsync();
        return (control, id);
    }

    /// <summary>The loop puts a message into its schedule behind the mark, in its own time.</summary>
    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
            await Task.Yield();
    }

    /// <summary>A message for another hop goes behind all that was taken up before.</summary>
    async Task PassOnAsync()
    {
        var last = _delivery.Store.Commit("bob@c.example");
        Assert.Equal(last, (await _delivery.Store.NextMarkAsync()).Key);
    }
}
