using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Queue;

/// <summary>A disk that is small, and full sooner than it is asked.</summary>
public sealed class SmallDiskTests : IDisposable
{
    const long Disk = 12 * 1024 * 1024;
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_disk_that_a_drained_backlog_had_filled_takes_as_much_again()
    {
        await using var store = _queue.Open(disk: Disk);
        var first = await FillAsync(store);
        Assert.InRange(first.Count, 10, 60);
        foreach (var key in first)
            store.Record(key, [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]);
        await store.WrittenAsync();
        Assert.InRange((await FillAsync(store)).Count, first.Count / 2, 60);
    }

    [Fact]
    public async Task Mail_that_comes_faster_than_the_disk_is_asked_leaves_the_reserve_and_the_room_to_fold_the_log()
    {
        await using var store = _queue.Open(disk: Disk);
        IntakeResult[] results;
        do
        {
            // The clock stands still: the disk's word is a second old at most.
            results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.CommitAsync(Letters.Body(200_000), Letters.Envelope("bob@example.net"))));
        }
        while (results.Contains(IntakeResult.Committed));
        var log = StoreFixture.Length($"{_queue.Database}-wal");
        Assert.InRange(Disk - StoreFixture.Length(_queue.Database) - log, Math.Max(Disk / 20, log), Disk);
    }

    [Fact]
    public async Task What_a_piece_of_a_body_is_reckoned_at_is_no_less_than_what_the_log_takes_for_it()
    {
        await using var store = _queue.Open();
        var octets = Letters.Body(IncomingMessage.ChunkSize);
        var key = new MessageKey(1);
        for (var i = 0; i < 8; i++)
            Assert.Equal(IntakeResult.Committed, await store.AppendAsync(key, i, octets));
        Assert.InRange(StoreFixture.Length($"{_queue.Database}-wal"), 8 * octets.Length, 8 * new ChunkWrite(key, 0, octets).Weight);
    }

    [Fact]
    public async Task A_mark_with_a_long_report_that_finds_no_room_keeps_none_behind_it()
    {
        List<MessageKey> keys = [];
        await using (var store = _queue.Open(maxPages: 60))
        {
            for (var i = 0; i < 3; i++)
            {
                await store.CommitAsync(Letters.Body(20_000), Letters.Envelope("bob@example.net"));
                keys.Add((await store.Committed.ReadAsync(Cancel)).Key);
            }
            while (await store.CommitAsync(Letters.Body(20_000), Letters.Envelope("bob@example.net")) == IntakeResult.Committed)
            {
            }
            var report = new OwnMessage(Letters.Envelope("ann@example.org"), Letters.Body(400_000));
            store.Record(keys[0], [new RecipientMark(0, RecipientState.Failed, 1, Letters.Now, false, "550 no")], [report]);
            store.Record(keys[1], [new RecipientMark(0, RecipientState.Waiting, 7, Letters.Now, false, "451 later")]);
            store.Record(keys[2], [new RecipientMark(0, RecipientState.Waiting, 7, Letters.Now, false, "451 later")]);
            // Mail pulls the group together, and is refused.
            Assert.Equal(IntakeResult.NoSpace, await store.CommitAsync(Letters.Body(20_000), Letters.Envelope("bob@example.net")));
            while (_queue.Count("recipient WHERE attempts = 7") < 2)
                await Task.Yield();
            Assert.Equal(1, _queue.Count($"recipient WHERE message = {keys[0].Value} AND state = 0"));
        }
    }

    async Task<List<MessageKey>> FillAsync(SqliteStore store)
    {
        List<MessageKey> taken = [];
        for (var refused = 0; refused < 3;)
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(2));
            // As MAIL does, and a client that comes again.
            if (store.Probe(200_000) == IntakeResult.Committed && await store.CommitAsync(Letters.Body(200_000), Letters.Envelope("bob@example.net")) == IntakeResult.Committed)
            {
                taken.Add((await store.Committed.ReadAsync(Cancel)).Key);
                continue;
            }
            refused++;
            await store.WrittenAsync();
        }
        return taken;
    }
}
