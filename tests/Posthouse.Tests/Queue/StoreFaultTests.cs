using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Queue;
using Posthouse.Tests.Remotes.Faults;

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
    public async Task Marks_that_have_no_room_together_pass_in_smaller_parts()
    {
        var refusals = 0;
        var fullFor = 0;
        long groups;
        await using (var store = _queue.Open(() => _ = refusals++ < fullFor ? throw new SqliteException("database or disk is full", 13) : 0))
        {
            var taken = new List<MessageKey>();
            for (var i = 0; i < 20; i++)
            {
                await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
                taken.Add((await store.Committed.ReadAsync(Cancel)).Key);
            }
            groups = store.Groups;
            (refusals, fullFor) = (0, 2);
            foreach (var key in taken)
                store.Record(key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]);
            await store.DisposeAsync();
            // All twenty failed, and failed again; then ten times two.
            Assert.Equal(groups + 10, store.Groups);
            Assert.Equal(12, refusals);
        }
        Assert.Equal(0, _queue.Count("message"));
    }

    [Fact]
    public async Task Mail_behind_more_marks_than_a_group_takes_is_refused_though_none_of_them_has_room()
    {
        var isFull = false;
        await using (var store = _queue.Open(() => _ = Volatile.Read(ref isFull) ? throw new SqliteException("database or disk is full", 13) : 0))
        {
            await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
            var key = (await store.Committed.ReadAsync(Cancel)).Key;
            Volatile.Write(ref isFull, true);
            for (var attempt = 1; attempt <= 2000; attempt++)
                store.Record(key, [new RecipientMark(0, RecipientState.Waiting, attempt, Letters.Now, false, "451 later")]);
            // Again and again: whoever comes behind what was put back is told as well.
            for (var i = 0; i < 3; i++)
                Assert.Equal(IntakeResult.NoSpace, await store.CommitAsync([2], Letters.Envelope("carl@example.net")).WaitAsync(TimeSpan.FromSeconds(30), Cancel));

            // Of marks that wait, a recipient's last one is enough.
            Volatile.Write(ref isFull, false);
            var groups = store.Groups;
            // What is just being put back takes that which comes meanwhile along.
            var result = await store.CommitAsync([3], Letters.Envelope("dora@example.net"));
            if (result == IntakeResult.NoSpace)
                result = await store.CommitAsync([3], Letters.Envelope("dora@example.net"));
            Assert.Equal(IntakeResult.Committed, result);
            // What was being tried again as the disk had room may have passed by itself.
            Assert.InRange(store.Groups, groups + 1, groups + 3);
        }
        Assert.Equal(1, _queue.Count("recipient WHERE attempts = 2000"));
        Assert.Equal(2, _queue.Count("message"));
    }

    [Fact]
    public async Task An_operators_drop_on_a_full_disk_is_answered_at_once()
    {
        var isFull = false;
        await using var store = _queue.Open(() => _ = Volatile.Read(ref isFull) ? throw new SqliteException("database or disk is full", 13) : 0);
        await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        var key = (await store.Committed.ReadAsync(Cancel)).Key;
        Volatile.Write(ref isFull, true);
        store.Record(key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]);
        for (var i = 0; i < 3; i++)
            Assert.Equal(QueueAnswer.Failed, await store.DropAsync(key).WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Volatile.Write(ref isFull, false);
        Assert.Equal(QueueAnswer.NotFound, await store.DropAsync(key));
        Assert.Equal(0, _queue.Count("message"));
    }

    [Fact]
    public async Task Who_waits_behind_marks_that_were_put_aside_hears_of_the_stores_end()
    {
        var commits = 0;
        await using var store = _queue.Open(() => throw (Interlocked.Increment(ref commits) <= 3
            ? new SqliteException("database or disk is full", 13) : StoreFixture.DiskError));
        // Twice together and once alone for the one with a report; the other then meets the end.
        var report = new OwnMessage(Letters.Envelope("ann@example.org"), Letters.Body(100));
        store.Record(new MessageKey(1), [new RecipientMark(0, RecipientState.Failed, 1, Letters.Now, false, "550 no")], [report]);
        store.Record(new MessageKey(2), [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]);
        Assert.False(await store.WrittenAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(4, commits);
    }

    [Fact]
    public void What_was_written_since_the_disk_was_asked_counts_twice_until_it_is_asked_again()
    {
        Directory.CreateDirectory(_queue.Folder);
        var space = new FreeSpace(Path.Combine(_queue.Folder, "queue.db"), _queue.Time);
        Assert.True(space.Fits(0));
        space.Took(long.MaxValue / 4);
        Assert.False(space.Fits(0));
        _queue.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(space.Fits(0));
    }

    [Fact]
    public async Task What_the_log_holds_beyond_its_last_confirmed_commit_is_cut_off()
    {
        var copy = Path.Combine(_queue.Folder, "copy");
        var database = Path.Combine(copy, "queue.db");
        await using (var store = _queue.Open())
        {
            await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("bob@example.net"));
            // The index as it was when the second commit failed to be synced, and the log with that commit in it.
            Directory.CreateDirectory(copy);
            File.Copy(Path.Combine(_queue.Folder, "queue.db-shm"), $"{database}-shm");
            await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("carl@example.net"));
            foreach (var file in (string[])["queue.db", "queue.db-wal"])
                File.Copy(Path.Combine(_queue.Folder, file), Path.Combine(copy, file));
        }

        UnconfirmedLog.Cut(database, NullLogger.Instance);

        await using var reopened = SqliteStore.Open(new SqliteStoreOptions(copy) { Time = _queue.Time });
        var left = reopened.Read(Assert.Single(reopened.ReadBacklog()).Key)!;
        Assert.Equal("bob@example.net", left.Envelope.Recipients[0].Mailbox.ToString());
        Assert.Equal(Letters.Body(50_000), await left.Body.OctetsAsync());
    }

    [Fact]
    public async Task A_log_whose_index_is_not_to_be_relied_on_is_left_alone()
    {
        await using var store = _queue.Open();
        await store.CommitAsync(Letters.Body(50_000), Letters.Envelope("bob@example.net"));
        var cut = Path.Combine(_queue.Snapshot(), "queue.db");
        var length = new FileInfo($"{cut}-wal").Length;
        await File.WriteAllBytesAsync($"{cut}-shm", new byte[32768], Cancel);
        var log = new KeptLog();
        UnconfirmedLog.Cut(cut, log);
        Assert.Equal(length, new FileInfo($"{cut}-wal").Length);
        Assert.Single(log.Of("NotCut"));
    }

    [Fact]
    public async Task A_disk_that_does_not_answer_has_mail_refused_until_it_does()
    {
        using var gate = new ManualResetEventSlim();
        await using var store = _queue.Open(beforeCommit: gate.Wait);
        try
        {
            var commit = store.CommitAsync([1], Letters.Envelope("bob@example.net"));
            while (!store.IsWriting)
                await Task.Yield();
            Assert.Equal(IntakeResult.Committed, store.Probe(0));
            _queue.Time.Advance(DiskWatch.Patience);
            Assert.Equal(IntakeResult.Failed, store.Probe(0));
            gate.Set();
            Assert.Equal(IntakeResult.Committed, await commit);
            while (store.Probe(0) != IntakeResult.Committed)
                await Task.Yield();
        }
        finally
        {
            gate.Set();
        }
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
    public async Task A_file_that_cannot_be_opened_at_the_moment_fails_one_read_and_no_more()
    {
        await using var store = _queue.Open();
        await store.CommitAsync(Letters.Body(1000), Letters.Envelope("bob@example.net"));
        var key = (await store.Committed.ReadAsync(Cancel)).Key;
        var away = _queue.Database + ".away";
        File.Move(_queue.Database, away);
        Assert.Throws<IOException>(() => store.Read(key));
        File.Move(away, _queue.Database);
        Assert.False(store.HasFailed);
        Assert.NotNull(store.Read(key));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_says_so()
    {
        File.WriteAllText(_queue.Folder, "in the way");
        Assert.Throws<IOException>(() => _queue.Open());
    }
}
