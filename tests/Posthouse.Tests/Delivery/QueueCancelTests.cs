using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Reports;
using Posthouse.Tests.Queue;
using static Posthouse.Tests.Delivery.DeliveryFixture;

namespace Posthouse.Tests.Delivery;

/// <summary>A cancel of many, and what else happens meanwhile.</summary>
public sealed class QueueCancelTests : IAsyncDisposable
{
    /// <summary>Before anybody's patience with the disk ends.</summary>
    static readonly TimeSpan Due = TimeSpan.FromSeconds(5);

    readonly DeliveryFixture _delivery = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _delivery.DisposeAsync();

    [Theory]
    [InlineData(QueueAction.Cancel)]
    [InlineData(QueueAction.Hold)]
    public async Task Whoever_gives_the_word_and_goes_ends_it_between_two_messages(QueueAction action)
    {
        using var gone = new CancellationTokenSource();
        Backlog(3);
        var asked = 0;
        _delivery.HostName = () =>
        {
            if (++asked == 2)
                gone.Cancel();
            return "gateway.example.org";
        };
        _delivery.Store.Holding = key =>
        {
            if (key.Value == 2)
                gone.Cancel();
        };
        var control = _delivery.Start().Control;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => control.ActOnAllAsync(null, action, withReport: true, gone.Token));
        if (action == QueueAction.Hold)
        {
            Assert.Equal([true, true, false], (await control.ListAsync("", 10)).Select(static entry => entry.IsHeld));
            return;
        }
        for (var i = 1; i <= 2; i++)
            Assert.Equal((new MessageKey(i), RecipientState.Failed), await _delivery.Store.NextMarkAsync() is var (key, marks) ? (key, marks[0].State) : default);
        // The third is as it was, and nothing keeps it.
        _delivery.Time.Advance(Due);
        Assert.Equal((new MessageKey(3), RecipientState.Delivered), await _delivery.Store.NextMarkAsync() is var (last, its) ? (last, its[0].State) : default);
        Assert.Equal(1, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task The_disk_is_waited_for_once_for_many()
    {
        Backlog(30);
        var control = _delivery.Start().Control;
        Assert.Equal(30, (await control.ActOnAllAsync(null, QueueAction.Cancel, withReport: false)).Done);
        // And once for what was done.
        Assert.Equal(2, _delivery.Store.Waits);
    }

    [Fact]
    public async Task What_comes_while_many_are_cancelled_is_none_of_them()
    {
        const int Messages = 1001;
        Backlog(Messages);
        _delivery.HostName = () =>
        {
            if (_delivery.Store.Reports.IsEmpty)
                _delivery.Store.Commit("late@b.example");
            return "gateway.example.org";
        };
        _delivery.Hops["b.example"].Answer = static _ => [Temporary()];
        Assert.Equal(Messages, (await _delivery.Start().Control.ActOnAllAsync(null, QueueAction.Cancel)).Done);
        Assert.Equal(Messages, _delivery.Store.Reports.Count);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_ends_a_cancel_of_many_at_the_first_wait()
    {
        Backlog(1001);
        var control = _delivery.Start().Control;
        _delivery.Store.Writing = new TaskCompletionSource<bool>();
        var counts = await AdvanceUntilAsync(control.ActOnAllAsync(null, QueueAction.Cancel));
        Assert.Equal((0, true, 1), (counts.Done, counts.IsDiskBusy, _delivery.Store.Waits));
        Assert.Empty(_delivery.Store.Reports);
    }

    [Theory]
    [InlineData(QueueAction.Hold)]
    [InlineData(QueueAction.Release)]
    public async Task Nobody_is_told_that_it_is_done_before_it_is_on_disk(QueueAction action)
    {
        Backlog(1, isHeld: action == QueueAction.Release);
        var control = _delivery.Start().Control;
        _delivery.Hops["a.example"].Hold = new TaskCompletionSource();
        _delivery.Store.Writing = new TaskCompletionSource<bool>();
        Assert.Equal(QueueAnswer.Unwritten, await AdvanceUntilAsync(control.ActAsync(new MessageKey(1).ToString(), action)));
        _delivery.Store.Writing = new TaskCompletionSource<bool>();
        var counts = AdvanceUntilAsync(control.ActOnAllAsync(null, action == QueueAction.Hold ? QueueAction.Release : QueueAction.Hold));
        Assert.True((await counts).IsUnwritten);
    }

    [Fact]
    public async Task A_hold_during_a_cancel_that_does_nothing_stays()
    {
        Backlog(1);
        var (control, id) = (_delivery.Start().Control, new MessageKey(1).ToString());
        var writing = _delivery.Store.Writing = new TaskCompletionSource<bool>();
        var cancelled = control.ActAsync(id, QueueAction.Cancel);
        while (_delivery.Store.Waits == 0)
            await Task.Yield();
        _delivery.Store.Writing = null;
        Assert.False((await control.ShowAsync(id))!.Message.IsHeld);
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Hold));
        writing.SetResult(false);
        Assert.Equal(QueueAnswer.DiskBusy, await cancelled);
        Assert.True((await control.ShowAsync(id))!.Message.IsHeld);
        _delivery.Time.Advance(Due);
        await PassOnAsync();
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task A_release_during_a_cancel_lets_no_attempt_begin()
    {
        Backlog(1, isHeld: true);
        var (control, id) = (_delivery.Start().Control, new MessageKey(1).ToString());
        _delivery.Time.Advance(Due);
        await PassOnAsync();
        var writing = _delivery.Store.Writing = new TaskCompletionSource<bool>();
        var cancelled = control.ActAsync(id, QueueAction.Cancel, withReport: false);
        while (_delivery.Store.Waits == 0)
            await Task.Yield();
        _delivery.Store.Writing = null;
        Assert.Equal(QueueAnswer.Done, await control.ActAsync(id, QueueAction.Release));
        await PassOnAsync();
        writing.SetResult(true);
        Assert.Equal(QueueAnswer.Done, await cancelled);
        Assert.Equal(RecipientState.Failed, (await _delivery.Store.NextMarkAsync()).Marks[0].State);
        await PassOnAsync();
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
    }

    [Fact]
    public async Task What_waited_for_a_cancel_that_did_nothing_goes_on_by_itself()
    {
        Backlog(1);
        var (control, id) = (_delivery.Start().Control, new MessageKey(1).ToString());
        var writing = _delivery.Store.Writing = new TaskCompletionSource<bool>();
        var cancelled = control.ActAsync(id, QueueAction.Cancel);
        while (_delivery.Store.Waits == 0)
            await Task.Yield();
        _delivery.Time.Advance(Due);
        await PassOnAsync();
        Assert.Equal(0, _delivery.Hops["a.example"].Total);
        writing.SetResult(false);
        Assert.Equal(QueueAnswer.DiskBusy, await cancelled);
        Assert.Equal(RecipientState.Delivered, (await _delivery.Store.NextMarkAsync()).Marks[0].State);
    }

    [Fact]
    public async Task What_was_being_delivered_when_the_word_came_is_left_to_its_end()
    {
        var hop = _delivery.Hops["a.example"];
        (hop.Hold, hop.Answer) = (new TaskCompletionSource(), static _ => [Delivered, Temporary()]);
        var control = _delivery.Start().Control;
        var id = _delivery.Store.Commit("ann@a.example", "bob@a.example").ToString();
        await hop.NextAsync();
        var writing = _delivery.Store.Writing = new TaskCompletionSource<bool>();
        var cancelled = control.ActAsync(id, QueueAction.Cancel);
        while (_delivery.Store.Waits == 0)
            await Task.Yield();
        // Its marks stand behind what is waited for, so that the store still says that both wait.
        hop.Hold.SetResult();
        await _delivery.Store.NextMarkAsync();
        await _delivery.Store.NextMarkAsync();
        while ((await control.ShowAsync(id))!.Message.IsBeingDelivered)
            await Task.Yield();
        writing.SetResult(true);
        Assert.Equal(QueueAnswer.Busy, await cancelled);
        Assert.Empty(_delivery.Store.Reports);
    }

    [Fact]
    public async Task One_that_cannot_be_cancelled_costs_the_others_nothing()
    {
        Backlog(3);
        var asked = 0;
        _delivery.HostName = () => ++asked == 2 ? throw new InvalidOperationException("a bug") : "gateway.example.org";
        var counts = await _delivery.Start().Control.ActOnAllAsync(null, QueueAction.Cancel);
        Assert.Equal((2, 1), (counts.Done, counts.Failed));
    }

    [Fact]
    public void What_is_taken_out_of_the_schedule_is_there_no_more_however_the_clock_goes()
    {
        using var schedule = new Schedule(_delivery.Time);
        for (var i = 1; i <= 2; i++)
            schedule.Add(new DueMessage(new MessageKey(i), [], null), Due);
        var asked = 0;
        var removed = schedule.Remove(_ => asked++ == 0 || asked > 3);
        Assert.Equal([1L, 2L], removed.Concat(schedule.All()).Select(static due => due.Key.Value).Order());
    }

    [Fact]
    public async Task Two_operators_who_cancel_the_same_have_its_sender_told_once()
    {
        using var queue = new StoreFixture();
        await using var store = queue.Open();
        using var schedule = new Schedule(queue.Time);
        using var unreached = new UnreachedHops(queue.Time, schedule);
        using var cancel = NewCancel(queue, store, schedule, unreached);
        List<MessageKey> keys = [];
        for (var i = 0; i < 20; i++)
        {
            await store.CommitAsync([1], Letters.Envelope("ann@a.example"));
            keys.Add((await store.Committed.ReadAsync(Token)).Key);
        }
        var both = await Task.WhenAll(cancel.RunAsync(keys, null, true, Token), cancel.RunAsync(keys, null, true, Token));
        Assert.Equal([QueueAnswer.Done, QueueAnswer.NotFound], both.Select(static answers => Assert.Single(answers.Select(static one => one.Answer).Distinct())));
        await store.WrittenAsync();
        Assert.Equal(keys.Count, queue.Count("message"));
        Assert.Equal(keys.Count, queue.Count("message WHERE reverse_path IS NULL"));
    }

    [Fact]
    public async Task Whom_an_operator_has_ended_no_later_word_brings_back()
    {
        using var queue = new StoreFixture();
        await using var store = queue.Open();
        using var schedule = new Schedule(queue.Time);
        using var unreached = new UnreachedHops(queue.Time, schedule);
        using var cancel = NewCancel(queue, store, schedule, unreached);
        await store.CommitAsync([1], Letters.Envelope("ann@a.example", "bob@b.example"));
        var key = (await store.Committed.ReadAsync(Token)).Key;
        _ = (_delivery.Hops["a.example"], _delivery.Hops["b.example"]);
        Assert.Equal(new CancelAnswer(key, QueueAnswer.Done, HasOthers: true), Assert.Single(await cancel.RunAsync([key], "b.example", withReport: false, Token)));

        // Of a routing that was under way, a delay that finds no way, and one that has run out, with its report.
        foreach (var state in (RecipientState[])[RecipientState.Waiting, RecipientState.Failed])
            store.Record(key, [new RecipientMark(1, state, 1, Letters.Now, false, "451 later")], [new OwnMessage(Letters.Envelope("ann@a.example"), [1])]);
        await store.WrittenAsync();
        Assert.Equal([("waiting", ""), ("failed", "554 5.7.0 cancelled by the operator")], store.Show(key)!.Recipients.Select(static one => (one.State, one.LastReply)));
        Assert.Equal(1, queue.Count("message"));
    }

    QueueCancel NewCancel(StoreFixture queue, SqliteStore store, Schedule schedule, UnreachedHops unreached)
    {
        var gate = new MessageGate();
        return new QueueCancel(store, new ReportDesk(static () => "gateway.example.org", queue.Time), schedule, unreached, gate,
            new QueuePlaces(store, gate, static () => [], _delivery.Hops, null, () => _delivery.Model), queue.Time, NullLogger.Instance);
    }

    /// <summary>Messages that wait since before the start, the keys of which begin with 1.</summary>
    void Backlog(int count, bool isHeld = false)
    {
        for (var i = 0; i < count; i++)
            _delivery.Store.Waiting.Add(new(_delivery.Store.Add("bob@a.example"), 0, 3, Letters.Now.Add(Due), IsHeld: isHeld));
    }

    async Task<T> AdvanceUntilAsync<T>(Task<T> task)
    {
        // What is due meanwhile is to find itself stopped.
        while (_delivery.Store.Waits == 0 && !task.IsCompleted)
            await Task.Yield();
        while (!task.IsCompleted)
        {
            _delivery.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        return await task;
    }

    /// <summary>A message for another hop goes behind all that was taken up before.</summary>
    async Task PassOnAsync()
    {
        var last = _delivery.Store.Commit("bob@c.example");
        Assert.Equal(last, (await _delivery.Store.NextMarkAsync()).Key);
    }
}
