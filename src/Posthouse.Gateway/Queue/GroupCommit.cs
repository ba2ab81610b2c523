using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>Step 6, one group: writes it in one transaction and answers it when that is on disk. Used by the writer's thread alone.</summary>
/// <remarks>
/// Three ends of a group. Written: all of it is answered. No room, or another program holds the database: rolled back, intake is
/// refused, marks stay and are tried again. Anything else is thrown, and is the end of the store.
/// </remarks>
sealed class GroupCommit : IDisposable
{
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);
    const int Finer = 8;

    readonly SqliteConnection _connection;
    readonly WriteStatements _statements;
    readonly WriteAheadLog _log;
    readonly FreeSpace _space;
    readonly SqliteStoreOptions _options;
    readonly WaitingWrites _waiting;
    long _groups;
    long? _told;
    bool _isCareful;
    volatile bool _wantsRoom;

    /// <param name="connection">The one that writes.</param>
    /// <param name="space">The room on its disk.</param>
    /// <param name="options">What the store was opened with.</param>
    /// <param name="waiting">Where marks go that find no room.</param>
    internal GroupCommit(SqliteConnection connection, FreeSpace space, SqliteStoreOptions options, WaitingWrites waiting)
    {
        _connection = connection;
        _statements = new WriteStatements(connection);
        _log = new WriteAheadLog(connection, space, options.Time, options.Logger);
        _space = space;
        _options = options;
        _waiting = waiting;
        space.Freed(_statements.FreePages());
    }

    /// <summary>Transactions so far.</summary>
    internal long Groups => Volatile.Read(ref _groups);

    /// <summary>Has the log folded before the next group: there may be room in it.</summary>
    internal void WantRoom() => _wantsRoom = true;

    /// <summary>Folds the whole log into the database, before a clean close.</summary>
    internal void Close() => _log.Close();

    public void Dispose() => _statements.Dispose();

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
            Commit(group);
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            // Before anything else is asked of the connection.
            var refusal = DiskRefusal.IsOfRoom(e, _connection) ? IntakeResult.NoSpace : IntakeResult.Failed;
            TellRefused(e);
            RollBack(_connection);
            WriteGroup.Refuse(group, refusal);
            // What the disk said when it was last asked is not so: the next sender is to hear it at MAIL.
            _space.Forget();
            Retry(group, refusal);
        }
        catch (SqliteException e) when (!_isCareful && RottenPages.Is(e) && RottenPages.SpareStore(_connection.DataSource))
        {
            TellRefused(e);
            RollBack(_connection);
            _isCareful = true;
            Write(group);
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
    /// put back, and mail that has come behind them is refused with what came before: it would wait for as long as the disk is full.
    /// </summary>
    void Retry(List<StoreWrite> marks, IntakeResult refusal)
    {
        _log.MakeRoom();
        List<StoreWrite> large = [];
        var size = _isCareful ? 1 : marks.Count;
        while (marks.Count + large.Count > 0)
        {
            if (marks.Count == 0)
            {
                _waiting.PutBack(large, refusal);
                return;
            }
            var part = marks.GetRange(0, Math.Min(size, marks.Count));
            var count = part.Count;
            try
            {
                Commit(part);
                marks.RemoveRange(0, count);
            }
            catch (SqliteException e) when (IsPassing(e))
            {
                RollBack(_connection);
                _log.MakeRoom();
                if (size > 1)
                {
                    size = Math.Max(1, size / Finer);
                    continue;
                }
                if (part[0] is MarkWrite { HasReports: true } slow)
                {
                    // What was recorded behind it of the same message must not come before it, nor who waits for all that was recorded.
                    large.AddRange(marks.Where(write => write is BehindWrite || (write is MarkWrite mark && mark.Key == slow.Key)));
                    marks.RemoveAll(large.Contains);
                    continue;
                }
                large.AddRange(marks);
                marks.Clear();
                _waiting.PutBack(large, refusal);
                return;
            }
        }
    }

    // A full disk refuses every group for as long as it lasts.
    void TellRefused(SqliteException e)
    {
        if (_told is { } told && _options.Time.GetElapsedTime(told) < BetweenLines)
            return;
        _told = _options.Time.GetTimestamp();
        QueueLog.GroupRefused(_options.Logger, e.SqliteExtendedErrorCode, e.Message);
    }

    void Commit(List<StoreWrite> group)
    {
        if (_isCareful)
            TransactApart(group);
        else
            Transact(group, isKeeping: false);
    }

    void Transact(List<StoreWrite> group, bool isKeeping)
    {
        if (group.Count == 0)
            return;
        _log.SetSynchronous(group.Exists(static write => write.IsDurable));
        _statements.Begin();
        group.ForEach(write => (isKeeping ? (Action<WriteStatements>)write.ApplyKeeping : write.Apply)(_statements));
        var weight = group.Sum(static write => (long)write.Weight);
        CrashPoint.Reach(group, "applied");
        // 6. On disk with this; only then is anyone answered, and delivery handed what came.
        _options.BeforeCommit?.Invoke();
        _statements.Commit();
        CrashPoint.Reach(group, "committed");
        _space.Freed(_statements.FreePages());
        Interlocked.Increment(ref _groups);
        WriteGroup.Answer(group, IntakeResult.Committed);
        _log.Grew(weight);
    }

    /// <summary>
    /// Once a page was found that is not what was written, what needs it must not take the others with it, nor can SQLite go on in its transaction. Mail is
    /// refused; of a message whose rows cannot be removed the marks are kept; and one whose marks cannot be written is found damaged when it is read again.
    /// </summary>
    void TransactApart(List<StoreWrite> group)
    {
        for (; group.Count > 0; group.RemoveAt(0))
        {
            if (!TryTransact(group[0], isKeeping: false) && !TryTransact(group[0], isKeeping: true))
                group[0].Answer(IntakeResult.Failed);
        }
    }

    bool TryTransact(StoreWrite write, bool isKeeping)
    {
        try
        {
            Transact([write], isKeeping);
            return true;
        }
        catch (SqliteException e) when (RottenPages.Is(e))
        {
            TellRefused(e);
            RollBack(_connection);
            return false;
        }
    }

    /// <summary>Ends a transaction that an error has left open; some errors have rolled back already.</summary>
    internal static void RollBack(SqliteConnection connection)
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            StoreDatabase.Execute(connection, "ROLLBACK");
    }

    bool IsPassing(SqliteException e) => e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED || DiskRefusal.IsOfRoom(e, _connection);
}
