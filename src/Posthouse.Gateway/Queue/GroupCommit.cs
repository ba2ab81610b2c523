using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>Step 6, one group: writes it in one transaction and answers it when that is on disk. Used by the writer's thread alone.</summary>
/// <remarks>
/// Three ends of a group. Written: all of it is answered. No room, or another program holds the database: rolled back, intake is
/// refused, marks stay and are tried again. Anything else is thrown, and is the end of the store.
/// </remarks>
sealed class GroupCommit : IDisposable
{
    const int Finer = 8;

    readonly SqliteConnection _connection;
    readonly WriteAheadLog _log;
    readonly GroupTransaction _transaction;
    readonly FreeSpace _space;
    readonly WaitingWrites _waiting;
    volatile bool _wantsRoom;

    /// <param name="connection">The one that writes.</param>
    /// <param name="space">The room on its disk.</param>
    /// <param name="options">What the store was opened with.</param>
    /// <param name="waiting">Where marks go that find no room.</param>
    internal GroupCommit(SqliteConnection connection, FreeSpace space, SqliteStoreOptions options, WaitingWrites waiting)
    {
        _connection = connection;
        _log = new WriteAheadLog(connection, space, options.Time, options.Logger);
        _transaction = new GroupTransaction(connection, _log, space, options);
        _space = space;
        _waiting = waiting;
    }

    /// <summary>Transactions so far.</summary>
    internal long Groups => _transaction.Count;

    /// <summary>Has the log folded before the next group: there may be room in it.</summary>
    internal void WantRoom() => _wantsRoom = true;

    /// <summary>Folds the whole log into the database, before a clean close.</summary>
    internal void Close() => _log.Close();

    public void Dispose() => _transaction.Dispose();

    /// <summary>Writes and answers a group, and empties it.</summary>
    internal void Write(List<StoreWrite> group)
    {
        if (_wantsRoom)
        {
            _wantsRoom = false;
            _log.MakeRoom();
        }
        if (group.Count == 0)
            return;
        if (!HasRoom(group))
        {
            _log.MakeRoom();
            if (!HasRoom(group))
                WriteGroup.Refuse(group, IntakeResult.NoSpace);
        }
        try
        {
            _transaction.Commit(group);
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            // Before anything else is asked of the connection.
            var refusal = DiskRefusal.IsOfRoom(e, _connection) ? IntakeResult.NoSpace : IntakeResult.Failed;
            _transaction.StepBack(e);
            WriteGroup.Refuse(group, refusal);
            // What the disk said when it was last asked is not so: the next sender is to hear it at MAIL.
            _space.Forget();
            List<StoreWrite> large = [];
            try
            {
                Retry(group, large, refusal);
            }
            finally
            {
                // Of an error that ends the store they are to hear as well.
                group.AddRange(large);
            }
        }
    }

    /// <summary>Asked of the disk itself where mail comes: within the second that an answer of it is kept, a fast sender takes more than the reserve.</summary>
    bool HasRoom(List<StoreWrite> group)
    {
        var mail = group.Sum(static write => write.IsIntake ? (long)write.Weight : 0);
        return mail == 0 ? _space.Fits(0) : _space.FitsNow(2 * mail);
    }

    /// <summary>
    /// Marks need no new pages, so they may pass where mail did not; and a few of them where all together need more of the log than there is.
    /// What passes makes room for what is left, and one with a long report keeps none behind it that has none. Where not even a small one passes, all are
    /// put back, and what somebody waits for is refused: it would wait for as long as the disk is full.
    /// </summary>
    void Retry(List<StoreWrite> marks, List<StoreWrite> large, IntakeResult refusal)
    {
        _log.MakeRoom();
        for (var size = marks.Count; marks.Count > 0;)
        {
            if (TryCommit(marks, size))
                continue;
            _log.MakeRoom();
            if (size > 1)
                size = Math.Max(1, size / Finer);
            else if (!TryPutAside(marks, large, refusal))
                break;
        }
        List<StoreWrite> left = [.. large, .. marks];
        large.Clear();
        marks.Clear();
        if (left.Count > 0)
            _waiting.PutBack(left, refusal);
    }

    /// <summary>The first of them; what of these is written is taken out. False: there was no room for the rest of them.</summary>
    bool TryCommit(List<StoreWrite> marks, int size)
    {
        var part = marks.GetRange(0, Math.Min(size, marks.Count));
        var count = part.Count;
        try
        {
            _transaction.Commit(part);
            return true;
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            _transaction.StepBack(e);
            return false;
        }
        finally
        {
            marks.RemoveRange(0, count - part.Count);
        }
    }

    /// <summary>Has the first, for which there is no room, out of the others' way; false: they would find none either.</summary>
    static bool TryPutAside(List<StoreWrite> marks, List<StoreWrite> large, IntakeResult refusal)
    {
        if (marks[0].IsRefusable)
        {
            marks[0].Answer(refusal);
            marks.RemoveAt(0);
            return true;
        }
        if (marks[0] is not MarkWrite { HasReports: true } slow)
            return false;
        // What was recorded behind it of the same message must not come before it, nor who waits for all that was recorded.
        large.AddRange(marks.Where(write => write is BehindWrite || (write is MarkWrite mark && mark.Key == slow.Key)));
        marks.RemoveAll(large.Contains);
        return true;
    }

    bool IsPassing(SqliteException e) => e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED || DiskRefusal.IsOfRoom(e, _connection);
}
