using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Queue;

public sealed class ListingTests : IDisposable
{
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_list_has_what_waits_and_a_look_has_all_recipients()
    {
        List<MessageKey> keys = [];
        await using (var store = _queue.Open())
        {
            for (var i = 0; i < 3; i++)
            {
                await store.CommitAsync([1, 2], Letters.Envelope("bob@example.net", "joe@example.net"));
                keys.Add((await store.Committed.ReadAsync(TestContext.Current.CancellationToken)).Key);
            }
            store.Record(keys[0], [new(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok"), new(1, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")], []);
            store.Record(keys[1], [new(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok"), new(1, RecipientState.Waiting, 2, Letters.Now.AddHours(1), true, "451 later", 1)], []);
            store.Hold(keys[1], true);
        }
        await using var reopened = _queue.Open();
        Assert.Equal([keys[1].ToString(), keys[2].ToString()], reopened.List(default, 10).Select(static entry => entry.Id));
        Assert.Equal(keys[2].ToString(), Assert.Single(reopened.List(keys[1], 1)).Id);
        var detail = reopened.Show(keys[1])!;
        Assert.Equal(new QueueEntry(keys[1].ToString(), Letters.Now, 2, "ann@example.org", true, 1, Letters.Now.AddHours(1), 2, "451 later"), detail.Message);
        Assert.Equal(
            [new QueueRecipient(0, "bob@example.net", "delivered", 1, Letters.Now, 0, false, "250 ok"), new QueueRecipient(1, "joe@example.net", "waiting", 2, Letters.Now.AddHours(1), 1, true, "451 later")],
            detail.Recipients);
        Assert.Equal(("smtp", "127.0.0.1", "client.example"), (detail.Listener, detail.RemoteIp, detail.HeloDomain));
        Assert.Null(reopened.Show(keys[0]));
    }

    [Fact]
    public void A_queue_id_reads_back_as_the_same_key()
    {
        foreach (var value in (long[])[0, 1, 31, 32, 13_928_342_441_213, (1L << 48) - 1])
        {
            Assert.True(MessageKey.TryParse(new MessageKey(value).ToString(), out var upper) && MessageKey.TryParse(new MessageKey(value).ToString().ToLowerInvariant(), out var lower) && lower == upper);
            Assert.Equal(value, upper.Value);
        }
        Assert.False(MessageKey.TryParse("000000000U", out _));
    }
}
