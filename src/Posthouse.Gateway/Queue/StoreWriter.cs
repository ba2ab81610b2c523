using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// Step 6, the group commit. One thread takes all that waits (<see cref="WaitingWrites"/>) and has it written (<see cref="GroupCommit"/>);
/// what arrives meanwhile is the next group.
/// </summary>
/// <remarks>
/// An error that SQLite cannot take back ends it, since the kernel forgets what
/// it could not write; nothing is retried, nothing is written back, every handle is closed, and a later opening, which is a restart of
/// Posthouse, replays the log. What the log holds of the group whose sync failed is cut off (<see cref="UnconfirmedLog"/>), since its senders
/// were told 451.
/// </remarks>
sealed class StoreWriter : IAsyncDisposable
{
    readonly SqliteConnection _connection;
    readonly WaitingWrites _waiting;
    readonly DiskWatch _watch;
    readonly GroupCommit _commit;
    readonly SqliteStoreOptions _options;
    readonly Action _failed;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal StoreWriter(SqliteConnection connection, FreeSpace space, SqliteStoreOptions options, Action failed)
    {
        _connection = connection;
        _options = options;
        _failed = failed;
        _waiting = new WaitingWrites(options.Time);
        _watch = new DiskWatch(options.Time, options.Logger, () => _waiting.RefuseBehind(IntakeResult.Failed));
        _commit = new GroupCommit(connection, space, options, _waiting);
        new Thread(Run) { IsBackground = true, Name = "Posthouse queue writer" }.Start();
    }

    /// <summary>Transactions so far.</summary>
    internal long Groups => _commit.Groups;

    /// <inheritdoc cref="DiskWatch.IsWriting"/>
    internal bool IsWriting => _watch.IsWriting;

    /// <inheritdoc cref="DiskWatch.IsHanging"/>
    internal bool IsHanging => _watch.IsHanging;

    /// <summary>What a crash would have to repeat is as much as may be.</summary>
    bool IsBehind => _watch.IsLate || _waiting.HasManyMarks;

    /// <summary>False where nothing is written any more; the write is then not answered.</summary>
    internal bool TryEnqueue(StoreWrite write) => _waiting.TryAdd(write);

    /// <summary>Ends once marks get to the disk, or could if it had room, soon behind their attempts; at once as long as they do.</summary>
    internal async ValueTask CaughtUpAsync(CancellationToken cancellationToken)
    {
        while (IsBehind)
        {
            // Asked for before the second look, so that no end is missed in between.
            var end = _watch.NextEndAsync();
            if (IsBehind)
                await end.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Mail was refused for want of room: there may be some in the log, which is folded on a write otherwise.</summary>
    internal void MakeRoom()
    {
        _commit.WantRoom();
        _waiting.Nudge();
    }

    /// <summary>Ends everything as a failed write does; a reader has met an error.</summary>
    internal void Abort(Exception reason) => _waiting.Abort(reason);

    /// <summary>Writes what waits, folds the log into the database and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Close();
        await _ended.Task;
        await _watch.DisposeAsync();
        await _waiting.DisposeAsync();
    }

    void Run()
    {
        List<StoreWrite> group = [];
        var isSound = true;
        try
        {
            while (_waiting.Take(group))
                Write(group);
            _commit.Close();
        }
        catch (Exception e)
        {
            isSound = false;
            QueueLog.StoreFailed(_options.Logger, e);
            group.AddRange(_waiting.End());
            _failed();
            WriteGroup.Answer(group, IntakeResult.Failed);
        }
        finally
        {
            _waiting.End();
            _watch.LetGo();
            _commit.Dispose();
            _connection.Dispose();
            if (!isSound)
                UnconfirmedLog.Cut(_connection.DataSource, _options.Logger);
            _ended.SetResult();
        }
    }

    void Write(List<StoreWrite> group)
    {
        _watch.Began();
        _commit.Write(group);
        _watch.Ended();
    }
}
