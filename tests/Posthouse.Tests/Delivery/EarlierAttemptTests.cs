using Posthouse.Gateway.Queue;
using Posthouse.Tests.Queue;

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
        fixture.Time.Advance(Wait - TimeSpan.FromSeconds(1));
        Assert.Equal(1, hop.Total);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("tried@a.example", Assert.Single((await hop.NextAsync()).Recipients).Mailbox.ToString());
        var mark = Assert.Single((await fixture.Store.NextMarkAsync()).Marks);
        Assert.Equal((0, 2), (mark.Ordinal, mark.Attempts));
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
        Assert.Equal([(1, Letters.Now + Wait), (0, Letters.Now)], reopened.ReadBacklog().Select(static one => (one.Attempts, one.Due)));
        Assert.Equal(1, queue.Count("recipient WHERE ordinal = 0 AND maybe_delivered = 1 AND reply = '451 late'"));
        Assert.Equal(1, queue.Count("recipient WHERE ordinal = 1 AND maybe_delivered = 0"));
    }
}
