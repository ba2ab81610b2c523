using Microsoft.Data.Sqlite;
using Posthouse.Gateway.Queue;
using Posthouse.Tests.Remotes.Faults;

namespace Posthouse.Tests.Queue;

/// <summary>A disk that does not answer, or not fast enough: who waits for it, and how much may be known in memory only.</summary>
public sealed class DiskHangTests : IDisposable
{
    static readonly TimeSpan Hang = DiskWatch.Patience + DiskWatch.Period;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    readonly StoreFixture _queue = new();
    readonly CommitGate _gate = new();

    public void Dispose()
    {
        _gate.Dispose();
        _queue.Dispose();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task That_the_disk_answers_is_said_only_where_it_did(bool hasEnded, int expected)
    {
        var log = new KeptLog();
        await using var watch = new DiskWatch(_queue.Time, log, static () => { });
        watch.Began();
        _queue.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(watch.IsHanging);
        if (hasEnded)
            watch.Ended();
        else
            watch.LetGo();
        Assert.Equal((1, expected), (log.Of("DiskHangs").Count(), log.Of("DiskAnswers").Count()));
    }

    [Fact]
    public async Task What_waits_behind_a_hanging_commit_is_refused_and_never_written()
    {
        await using (var store = _queue.Open(_gate.Pass))
        {
            var first = store.CommitAsync([1], Letters.Envelope("bob@example.net"));
            await _gate.ReachedAsync();
            var second = store.CommitAsync([2], Letters.Envelope("carl@example.net"));
            var drop = store.DropAsync(new MessageKey(1));
            var written = store.WrittenAsync();
            _queue.Time.Advance(DiskWatch.Patience - DiskWatch.Period);
            Assert.False(second.IsCompleted);
            _queue.Time.Advance(Hang);
            Assert.Equal(IntakeResult.Failed, await second.WaitAsync(Patience, Cancel));
            Assert.Equal(QueueAnswer.Failed, await drop.WaitAsync(Patience, Cancel));
            // Nobody knows what becomes of it, nor must a mark be forgotten.
            Assert.False(first.IsCompleted);
            Assert.False(written.IsCompleted);

            _gate.Open();
            Assert.Equal(IntakeResult.Committed, await first);
            Assert.True(await written);
            Assert.Equal(IntakeResult.Committed, await store.CommitAsync([3], Letters.Envelope("dora@example.net")));
        }
        Assert.Equal(2, _queue.Count("message"));
        Assert.Equal(0, _queue.Count("recipient WHERE mailbox = 'carl@example.net'"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_message_of_which_a_piece_hangs_is_refused_and_leaves_nothing(bool isBehind)
    {
        await using (var store = _queue.Open(_gate.Pass))
        {
            var first = isBehind ? store.CommitAsync([1], Letters.Envelope("bob@example.net")) : Task.FromResult(IntakeResult.Committed);
            if (isBehind)
                await _gate.ReachedAsync();
            await using (var message = store.Begin())
            {
                await message.WriteAsync(Letters.Body(IncomingMessage.ChunkSize + 1), Cancel);
                if (!isBehind)
                    await _gate.ReachedAsync();
                var commit = message.CommitAsync(Letters.Envelope("carl@example.net")).AsTask();
                Assert.False(commit.IsCompleted);
                _queue.Time.Advance(Hang);
                Assert.Equal(IntakeResult.Failed, await commit.WaitAsync(Patience, Cancel));
            }
            _gate.Open();
            Assert.Equal(IntakeResult.Committed, await first);
            Assert.True(await store.WrittenAsync());
        }
        Assert.Equal(isBehind ? 1 : 0, _queue.Count("message"));
        Assert.Equal(isBehind ? 1 : 0, _queue.Count("chunk"));
        Assert.Equal(0, _queue.Count("incoming"));
    }

    [Fact]
    public async Task A_commit_that_takes_long_keeps_deliveries_waiting_until_it_ends()
    {
        await using var store = _queue.Open(_gate.Pass);
        var commit = store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        await _gate.ReachedAsync();
        Assert.True(store.CaughtUpAsync(Cancel).AsTask().IsCompleted);
        _queue.Time.Advance(DiskWatch.DeliveryPatience);
        var caughtUp = store.CaughtUpAsync(Cancel).AsTask();
        Assert.False(caughtUp.IsCompleted);

        using var stop = new CancellationTokenSource();
        var stopped = store.CaughtUpAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);

        Assert.False(caughtUp.IsCompleted);
        _gate.Open();
        await caughtUp;
        await commit;
        Assert.True(store.CaughtUpAsync(Cancel).AsTask().IsCompleted);
    }

    [Fact]
    public async Task More_marks_than_the_disk_takes_keep_deliveries_waiting_until_they_are_fewer()
    {
        await using var store = _queue.Open(_gate.Pass);
        var commit = store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        await _gate.ReachedAsync();
        Assert.True(Mark(store, 999));
        Assert.True(store.CaughtUpAsync(Cancel).AsTask().IsCompleted);
        Assert.True(Mark(store, 1));
        var caughtUp = store.CaughtUpAsync(Cancel).AsTask();
        Assert.False(caughtUp.IsCompleted);
        _gate.Open();
        // The clock stands still: mail pulls them along.
        await store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        await caughtUp;
    }

    [Fact]
    public async Task A_full_disk_keeps_no_delivery_waiting_however_many_marks_it_puts_off()
    {
        var isFull = true;
        await using var store = _queue.Open(() => _ = Volatile.Read(ref isFull) ? throw new SqliteException("database or disk is full", 13) : 0);
        Assert.True(Mark(store, 1500));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(IntakeResult.NoSpace, await store.CommitAsync([1], Letters.Envelope("bob@example.net")));
            await store.CaughtUpAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
        }
        Volatile.Write(ref isFull, false);
    }

    [Fact]
    public async Task A_store_that_fails_lets_go_of_who_waits_for_its_disk()
    {
        await using var store = _queue.Open(() =>
        {
            _gate.Pass();
            throw StoreFixture.DiskError;
        });
        var commit = store.CommitAsync([1], Letters.Envelope("bob@example.net"));
        await _gate.ReachedAsync();
        _queue.Time.Advance(DiskWatch.DeliveryPatience);
        var caughtUp = store.CaughtUpAsync(Cancel).AsTask();
        Assert.False(caughtUp.IsCompleted);
        _gate.Open();
        await caughtUp;
        Assert.True(store.HasFailed);
        Assert.Equal(IntakeResult.Failed, await commit);
    }

    static bool Mark(SqliteStore store, int count) => Enumerable.Range(1, count).All(number =>
        store.Record(new MessageKey(number), [new RecipientMark(0, RecipientState.Delivered, 1, Letters.Now, false, "250 ok")]));
}
