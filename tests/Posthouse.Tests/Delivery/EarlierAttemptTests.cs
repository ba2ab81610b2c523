using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Relaying;
using Posthouse.Tests.Queue;
using Posthouse.Wire.Addresses;

namespace Posthouse.Tests.Delivery;

/// <summary>Mail that was offered to its hop before it was queued.</summary>
public class EarlierAttemptTests
{
    static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_recipient_that_was_tried_waits_as_that_attempt_left_it_while_others_go_at_once()
    {
        await using var fixture = new DeliveryFixture();
        fixture.Start();
        var hop = fixture.Hops["a.example"];
        fixture.Store.Commit(Letters.Envelope("tried@a.example", "new@a.example") with { Earlier = [new EarlierAttempt(Letters.Now + Wait, true, "451 late")] });

        Assert.Equal("new@a.example", Assert.Single((await hop.NextAsync()).Recipients).Mailbox.ToString());
        Assert.Equal(1, Assert.Single((await fixture.Store.NextMarkAsync()).Marks).Attempts);
        hop.Answer = static _ => [DeliveryFixture.Temporary()];
        fixture.Time.Advance(Wait - TimeSpan.FromSeconds(1));
        Assert.Equal(1, hop.Total);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("tried@a.example", Assert.Single((await hop.NextAsync()).Recipients).Mailbox.ToString());
        var mark = Assert.Single((await fixture.Store.NextMarkAsync()).Marks);
        Assert.Equal((0, 2, true), (mark.Ordinal, mark.Attempts, mark.MaybeDelivered));
    }

    [Fact]
    public async Task It_is_on_disk_with_its_message()
    {
        using var queue = new StoreFixture();
        await using (var store = queue.Open())
        {
            var envelope = Letters.Envelope("tried@a.example", "new@a.example") with { Earlier = [new EarlierAttempt(Letters.Now + Wait, true, "451 late"), null] };
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync([1], envelope));
        }

        await using var reopened = queue.Open();
        Assert.Equal([(1, Letters.Now + Wait, true), (0, Letters.Now, false)], reopened.ReadBacklog().Select(static one => (one.Attempts, one.Due, one.MaybeDelivered)));
        Assert.Equal(1, queue.Count("recipient WHERE ordinal = 0 AND maybe_delivered = 1 AND reply = '451 late'"));
        Assert.Equal(1, queue.Count("recipient WHERE ordinal = 1 AND maybe_delivered = 0"));
    }

    [Fact]
    public async Task A_word_that_comes_late_ends_the_attempt_and_no_other_is_made_before()
    {
        await using var fixture = new DeliveryFixture();
        var (word, key) = await OweAsync(fixture);
        fixture.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(QueueAnswer.Busy, await fixture.Control.ActAsync(key.ToString(), QueueAction.Cancel));

        word.SetResult(DeliveryFixture.Delivered);
        var mark = Assert.Single((await fixture.Store.NextMarkAsync()).Marks);
        Assert.Equal((0, RecipientState.Delivered, 1), (mark.Ordinal, mark.State, mark.Attempts));
        fixture.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, fixture.Hops["a.example"].Total);
        Assert.Empty(fixture.Store.Reports);
    }

    [Fact]
    public async Task A_late_no_fails_the_recipient_and_its_sender_is_told()
    {
        await using var fixture = new DeliveryFixture();
        (await OweAsync(fixture)).Word.SetResult(DeliveryFixture.Permanent());
        Assert.Equal(RecipientState.Failed, Assert.Single((await fixture.Store.NextMarkAsync()).Marks).State);
        Assert.Single(fixture.Store.Reports);
    }

    [Fact]
    public async Task A_word_that_never_comes_is_an_attempt_that_maybe_delivered_and_the_next_comes_after_its_wait()
    {
        await using var fixture = new DeliveryFixture();
        var (word, _) = await OweAsync(fixture);
        fixture.Time.Advance(TimeSpan.FromMinutes(9));
        word.SetResult(DeliveryFixture.Temporary(maybe: true));
        var mark = Assert.Single((await fixture.Store.NextMarkAsync()).Marks);
        Assert.Equal((RecipientState.Waiting, 1, true), (mark.State, mark.Attempts, mark.MaybeDelivered));
        Assert.Equal(0, fixture.Hops["a.example"].Total);
        // The schedule takes it up a moment behind the mark.
        while (fixture.Hops["a.example"].Total == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            fixture.Time.Advance(Wait);
            await Task.Yield();
        }
        Assert.Equal(2, Assert.Single((await fixture.Store.NextMarkAsync()).Marks).Attempts);
    }

    [Fact]
    public async Task A_shutdown_gives_it_up_and_leaves_the_recipient_as_it_was_stored()
    {
        await using var fixture = new DeliveryFixture();
        var (word, _) = await OweAsync(fixture);
        await fixture.DisposeAsync();
        Assert.True(word.Task.IsCompleted);
        Assert.False(fixture.Store.HasMarks);
    }

    [Fact]
    public async Task A_shutdown_that_gives_it_up_settles_those_of_whom_the_hop_has_spoken()
    {
        await using var fixture = new DeliveryFixture();
        fixture.Start();
        var envelope = Letters.Envelope("whole@a.example", "silent@a.example");
        var word = new TaskCompletionSource<IReadOnlyDictionary<Mailbox, Outcome>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var earlier = new EarlierAttempt(Letters.Now + Wait, true, "451 late")
        {
            Hop = "a.example",
            Late = new LateWord(word.Task, () => word.TrySetResult(new Dictionary<Mailbox, Outcome>
            {
                [envelope.Recipients[0].Mailbox] = DeliveryFixture.Delivered,
                [envelope.Recipients[1].Mailbox] = DeliveryFixture.Temporary(maybe: true),
            })),
        };
        fixture.Store.Commit(envelope with { Earlier = [earlier, earlier] });
        fixture.Store.Commit("next@b.example");
        await fixture.Store.NextMarkAsync();

        await fixture.DisposeAsync();
        Assert.True(fixture.Store.HasMarks);
        var mark = Assert.Single((await fixture.Store.NextMarkAsync()).Marks);
        Assert.Equal((0, RecipientState.Delivered), (mark.Ordinal, mark.State));
        Assert.False(fixture.Store.HasMarks);
    }

    /// <summary>A message whose hop still owes its word to it when it is committed; given up, that is that it may have been delivered.</summary>
    static async Task<(TaskCompletionSource<Outcome> Word, MessageKey Key)> OweAsync(DeliveryFixture fixture)
    {
        var word = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Start();
        var envelope = Letters.Envelope("tried@a.example");
        var key = fixture.Store.Commit(envelope with
        {
            Earlier = [new EarlierAttempt(Letters.Now + Wait, true, "451 late") { Hop = "a.example", Late = new LateWord(HearAsync(), () => word.TrySetResult(DeliveryFixture.Temporary(maybe: true))) }],
        });
        // What is committed is taken up in its order.
        fixture.Store.Commit("next@b.example");
        await fixture.Store.NextMarkAsync();
        return (word, key);

        async Task<IReadOnlyDictionary<Mailbox, Outcome>> HearAsync() => new Dictionary<Mailbox, Outcome> { [envelope.Recipients[0].Mailbox] = await word.Task };
    }
}
