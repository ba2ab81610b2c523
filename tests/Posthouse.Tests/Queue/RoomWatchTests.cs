using Posthouse.Gateway.Queue;
using Posthouse.Tests.Remotes.Faults;

namespace Posthouse.Tests.Queue;

/// <summary>What the operator hears of a full disk.</summary>
public sealed class RoomWatchTests : IDisposable
{
    const long MiB = 1024 * 1024;

    readonly StoreFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_full_disk_is_told_once_and_so_is_its_end()
    {
        var log = new KeptLog();
        var available = 100 * MiB;
        await using var store = SqliteStore.Open(new SqliteStoreOptions(_queue.Folder) { Time = _queue.Time, Logger = log, Disk = _ => new DiskRoom(available, 1000 * MiB) });
        Assert.Equal(IntakeResult.Committed, Probe(MiB));
        available = MiB;
        for (var i = 0; i < 3; i++)
            Assert.Equal(IntakeResult.NoSpace, Probe(2 * MiB));
        Assert.Equal(["NoRoom"], Told());
        Assert.Contains(log.Of("NoRoom"), text => text.Contains("has 1024 KiB free, too little for a message of 2048 KiB", StringComparison.Ordinal));
        available = 100 * MiB;
        for (var i = 0; i < 3; i++)
            Assert.Equal(IntakeResult.Committed, Probe(2 * MiB));
        Assert.Equal(["NoRoom", "RoomAgain"], Told());

        IntakeResult Probe(long size)
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(2));
            return store.Probe(size);
        }

        IEnumerable<string?> Told() => log.Lines.Select(static line => line.Event).Where(static name => name is "NoRoom" or "RoomAgain");
    }

    [Fact]
    public async Task A_small_message_that_fits_does_not_say_that_there_is_room_again()
    {
        var log = new KeptLog();
        await using var store = SqliteStore.Open(new SqliteStoreOptions(_queue.Folder) { Time = _queue.Time, Logger = log, Disk = static _ => new DiskRoom(100 * MiB, 1000 * MiB) });
        Assert.Equal(IntakeResult.NoSpace, store.Probe(90 * MiB));
        Assert.Equal(IntakeResult.Committed, store.Probe(MiB));
        Assert.Equal(IntakeResult.NoSpace, store.Probe(90 * MiB));
        Assert.Equal(["NoRoom"], log.Lines.Select(static line => line.Event).Where(static name => name is "NoRoom" or "RoomAgain"));
    }

    [Fact]
    public async Task A_disk_that_becomes_full_behind_a_message_that_was_too_large_is_told_too()
    {
        var log = new KeptLog();
        var available = 100 * MiB;
        await using var store = SqliteStore.Open(new SqliteStoreOptions(_queue.Folder) { Time = _queue.Time, Logger = log, Disk = _ => new DiskRoom(available, 1000 * MiB) });
        Assert.Equal(IntakeResult.NoSpace, store.Probe(90 * MiB));
        available = 0;
        _queue.Time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 3; i++)
            Assert.Equal(IntakeResult.NoSpace, store.Probe(1));
        Assert.Equal(2, log.Of("NoRoom").Count());
    }

    [Fact]
    public async Task A_disk_that_does_not_tell_its_room_keeps_one_thread_and_no_other()
    {
        using var gate = new ManualResetEventSlim();
        var (asked, isHanging) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), false);
        await using var store = SqliteStore.Open(new SqliteStoreOptions(_queue.Folder)
        {
            Time = _queue.Time,
            Disk = _ =>
            {
                if (isHanging)
                {
                    asked.TrySetResult();
                    gate.Wait(TimeSpan.FromSeconds(30));
                }
                return new DiskRoom(100 * MiB, 1000 * MiB);
            },
        });
        Assert.Equal(IntakeResult.Committed, store.Probe(0));
        (isHanging, var first) = (true, Task.Run(() =>
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(2));
            return store.Probe(0);
        }, TestContext.Current.CancellationToken));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((IntakeResult.Committed, IntakeResult.NoSpace), (store.Probe(MiB), store.Probe(90 * MiB)));
        Assert.False(first.IsCompleted);
        gate.Set();
        Assert.Equal(IntakeResult.Committed, await first);
    }

    [Fact]
    public async Task What_was_not_swept_keeps_its_key()
    {
        await using (_queue.Open())
        {
        }
        _queue.Run("INSERT INTO incoming (id) VALUES (4611686018427387)");
        using var connection = StoreDatabase.OpenWriter(_queue.Database, null);
        Assert.Equal(4611686018427387, StoreOpening.Newest(connection));
    }
}
