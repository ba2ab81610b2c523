using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Queue;

public sealed class StoreFaultTests : IDisposable
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_full_database_refuses_mail_takes_marks_and_recovers()
    {
        await using var store = _queue.Open(maxPages: 40);
        var taken = new List<MessageKey>();
        IntakeResult result;
        while ((result = await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("bob@example.net"))) == IntakeResult.Committed)
            taken.Add((await store.Committed.ReadAsync(Cancel)).Key);
        Assert.Equal(IntakeResult.NoSpace, result);
        Assert.InRange(taken.Count, 1, 40);
        Assert.False(store.HasFailed);

        foreach (var key in taken)
            Assert.True(store.Record(key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]));
        Assert.Equal(IntakeResult.Committed, await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("bob@example.net")));
    }

    [Fact]
    public async Task A_mark_in_a_group_that_has_no_room_is_written_all_the_same()
    {
        await using (var store = _queue.Open(maxPages: 40))
        {
            await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("bob@example.net"));
            var key = (await store.Committed.ReadAsync(Cancel)).Key;
            while (await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("bob@example.net")) == IntakeResult.Committed)
            {
            }
            var groups = store.Groups;
            store.Record(key, [new RecipientMark(0, RecipientState.Waiting, 5, Letters.Now, false, "451 later")]);
            Assert.Equal(IntakeResult.NoSpace, await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("bob@example.net")));
            Assert.InRange(store.Groups, groups, groups + 1);
        }
        Assert.Equal(1, _queue.Count("recipient WHERE attempts = 5"));
    }

    [Fact]
    public async Task A_message_that_cannot_fit_the_disk_is_refused_at_once()
    {
        await using var store = _queue.Open();
        Assert.Equal(IntakeResult.NoSpace, store.Probe(long.MaxValue / 2));
        Assert.Equal(IntakeResult.Committed, store.Probe(1000));
    }

    [Fact]
    public async Task A_message_that_fills_the_database_half_way_leaves_nothing()
    {
        await using (var store = _queue.Open(maxPages: 40))
        {
            Assert.Equal(IntakeResult.NoSpace, await store.CommitAsync(Letters.Body(2_000_000), Letters.Envelope("bob@example.net")));
            Assert.False(store.HasFailed);
        }
        foreach (var table in (string[])["message", "recipient", "chunk", "incoming"])
            Assert.Equal(0, _queue.Count(table));
    }

    [Fact]
    public async Task A_failed_write_is_final_until_the_store_is_opened_anew()
    {
        var broken = false;
        await using (var store = _queue.Open(() => _ = broken ? throw StoreFixture.DiskError : 0))
        {
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync([1], Letters.Envelope("bob@example.net")));
            var kept = await store.Committed.ReadAsync(Cancel);
            broken = true;
            Assert.Equal(IntakeResult.Failed, await store.CommitAsync([2], Letters.Envelope("carl@example.net")));
            broken = false;
            Assert.True(store.HasFailed);
            Assert.Equal(IntakeResult.Failed, store.Probe(0));
            Assert.Equal(IntakeResult.Failed, await store.CommitAsync([3], Letters.Envelope("dora@example.net")));
            Assert.False(store.Record(kept.Key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]));
            Assert.Throws<IOException>(() => store.Read(kept.Key));
            await Assert.ThrowsAsync<System.Threading.Channels.ChannelClosedException>(async () => await store.Committed.ReadAsync(Cancel));
        }
        // The log was left as it stood when the write failed.
        Assert.True(new FileInfo(Path.Combine(_queue.Folder, "queue.db-wal")).Length > 0);

        await using var reopened = _queue.Open();
        var left = Assert.Single(reopened.ReadBacklog());
        Assert.Equal([1], await reopened.Read(left.Key)!.Body.OctetsAsync());
        Assert.Equal(IntakeResult.Committed, await reopened.CommitAsync([4], Letters.Envelope("bob@example.net")));
    }

    [Fact]
    public async Task A_large_message_whose_chunk_failed_is_answered_at_its_commit()
    {
        await using var store = _queue.Open(() => throw StoreFixture.DiskError);
        await using var message = store.Begin();
        await message.WriteAsync(Letters.Body(1_000_000), Cancel);
        Assert.Equal(IntakeResult.Failed, await message.CommitAsync(Letters.Envelope("bob@example.net")));
    }

    [Fact]
    public async Task A_database_that_cannot_be_read_fails_the_store()
    {
        MessageKey key;
        await using (var store = _queue.Open())
        {
            await store.CommitAsync(Letters.Body(100_000), Letters.Envelope("bob@example.net"));
            key = (await store.Committed.ReadAsync(Cancel)).Key;
        }
        await using var reopened = _queue.Open();
        using (var file = new FileStream(Path.Combine(_queue.Folder, "queue.db"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = StoreDatabase.PageSize;
            file.Write(Enumerable.Repeat((byte)0xFF, (int)(file.Length - file.Position)).ToArray());
        }
        Assert.Throws<IOException>(() => reopened.Read(key));
        Assert.True(reopened.HasFailed);
        Assert.Equal(IntakeResult.Failed, await reopened.CommitAsync([1], Letters.Envelope("bob@example.net")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_says_so()
    {
        File.WriteAllText(_queue.Folder, "in the way");
        Assert.Throws<IOException>(() => _queue.Open());
    }
}
