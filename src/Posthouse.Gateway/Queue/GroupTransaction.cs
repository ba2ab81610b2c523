using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>Writes in one transaction, which are answered and taken out of their group once they are on disk. Used by the writer's thread alone.</summary>
sealed class GroupTransaction : IDisposable
{
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    readonly SqliteConnection _connection;
    readonly WriteStatements _statements;
    readonly WriteAheadLog _log;
    readonly FreeSpace _space;
    readonly SqliteStoreOptions _options;
    int _applied;
    long _count;
    long? _told;

    /// <param name="connection">The one that writes.</param>
    /// <param name="log">Told what it has grown by.</param>
    /// <param name="space">Told what the database has free.</param>
    /// <param name="options">What the store was opened with.</param>
    internal GroupTransaction(SqliteConnection connection, WriteAheadLog log, FreeSpace space, SqliteStoreOptions options)
    {
        _connection = connection;
        _statements = new WriteStatements(connection);
        _log = log;
        _space = space;
        _options = options;
        space.Freed(_statements.FreePages());
    }

    /// <summary>Those that were committed.</summary>
    internal long Count => Volatile.Read(ref _count);

    public void Dispose() => _statements.Dispose();

    /// <summary>All in one, or around what stands in the way. Of a group whose error is thrown, what is left was not written.</summary>
    internal void Commit(List<StoreWrite> group)
    {
        try
        {
            Run(group, isKeeping: false);
        }
        catch (SqliteException e) when (RottenPages.Is(e) && RottenPages.SpareStore(_connection.DataSource))
        {
            StepBack(e);
            CommitAround(group);
        }
    }

    /// <summary>Ends what an error has left open, and tells of it now and then: a full disk refuses every group for as long as it lasts.</summary>
    internal void StepBack(SqliteException e)
    {
        if (_told is not { } told || _options.Time.GetElapsedTime(told) >= BetweenLines)
        {
            _told = _options.Time.GetTimestamp();
            QueueLog.GroupRefused(_options.Logger, e.SqliteExtendedErrorCode, e.Message);
        }
        RollBack(_connection);
    }

    /// <summary>Ends a transaction that an error has left open; some errors have rolled back already.</summary>
    internal static void RollBack(SqliteConnection connection)
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            StoreDatabase.Execute(connection, "ROLLBACK");
    }

    /// <summary>
    /// Behind a page that was found not to be what was written: SQLite cannot go on in that transaction, but the write that needed the page is known. What
    /// stands before it goes together, and so does what stands behind it; it alone pays. Mail is refused; of a message whose rows cannot be removed the marks
    /// are kept; and one whose marks cannot be written is found damaged when it is read again.
    /// </summary>
    void CommitAround(List<StoreWrite> group)
    {
        for (var together = Sound(group.Count); group.Count > 0;)
        {
            List<StoreWrite> part = [.. group.Take(Math.Max(1, together))];
            var (count, behind) = (part.Count, group.Count - part.Count);
            try
            {
                if (TryRun(part, isKeeping: together == 0))
                    together = behind;
                else if (together > 0)
                    together = Sound(count);
                else
                {
                    WriteGroup.Answer(part, IntakeResult.Failed);
                    together = behind;
                }
            }
            finally
            {
                group.RemoveRange(0, count - part.Count);
            }
        }
    }

    // One that fails in its last step says nothing of whose page it is.
    int Sound(int count) => _applied < count ? _applied : count / 2;

    bool TryRun(List<StoreWrite> part, bool isKeeping)
    {
        try
        {
            Run(part, isKeeping);
            return true;
        }
        catch (SqliteException e) when (RottenPages.Is(e))
        {
            StepBack(e);
            return part.Count == 0; // it was the log's, behind the commit
        }
    }

    void Run(List<StoreWrite> group, bool isKeeping)
    {
        _applied = 0;
        if (group.Count == 0)
            return;
        _log.SetSynchronous(group.Exists(static write => write.IsDurable));
        _statements.Begin();
        foreach (var write in group)
        {
            if (isKeeping)
                write.ApplyKeeping(_statements);
            else
                write.Apply(_statements);
            _applied++;
        }
        var weight = group.Sum(static write => (long)write.Weight);
        CrashPoint.Reach(group, "applied");
        // 6. On disk with this; only then is anyone answered, and delivery handed what came.
        _options.BeforeCommit?.Invoke();
        _statements.Commit();
        CrashPoint.Reach(group, "committed");
        Interlocked.Increment(ref _count);
        WriteGroup.Answer(group, IntakeResult.Committed);
        _space.Freed(_statements.FreePages());
        _log.Grew(weight);
    }
}
