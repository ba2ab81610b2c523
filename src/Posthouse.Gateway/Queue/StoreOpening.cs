using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>What is done to the database before anyone writes or reads: it is brought up to date, swept, and its operator told what is in it.</summary>
static class StoreOpening
{
    /// <summary>The connection that will write. <see cref="IOException"/> and <see cref="SqliteException"/> say what is in the way.</summary>
    internal static SqliteConnection Open(StoreFolder folder, SqliteStoreOptions options)
    {
        var connection = StoreDatabase.OpenWriter(folder.Database, options.MaxPages);
        try
        {
            var orphans = RemoveOrphans(connection);
            if (RottenPages.Number(connection, "SELECT COUNT(*) FROM recipient WHERE state = 0") is { } waiting
                && RottenPages.Number(connection, "SELECT COUNT(*) FROM recipient WHERE state = 2") is { } ended)
                QueueLog.Opened(options.Logger, folder.Path, waiting, ended, orphans);
            else
                QueueLog.OpenedWithDamage(options.Logger, folder.Path);
            if (StoreDatabase.Number(connection, "SELECT COUNT(*) FROM quarantine") is > 0 and var damaged)
                QueueLog.InQuarantine(options.Logger, damaged);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The highest key in use. Each message has a recipient, so that either table tells.</summary>
    internal static long Newest(SqliteConnection connection) =>
        RottenPages.Number(connection, "SELECT IFNULL(MAX(id), 0) FROM message")
            ?? StoreDatabase.Number(connection, "SELECT IFNULL(MAX(message), 0) FROM recipient");

    static long RemoveOrphans(SqliteConnection connection)
    {
        var orphans = StoreDatabase.Number(connection, "SELECT COUNT(*) FROM incoming");
        if (orphans == 0)
            return 0;
        using var statement = new Statement(connection, "DELETE FROM chunk WHERE id BETWEEN $0 AND $1");
        using var read = new Statement(connection, "SELECT id FROM incoming");
        List<MessageKey> keys = [];
        using (var row = read.Query())
        {
            while (row.Read())
                keys.Add(new MessageKey(row.GetInt64(0)));
        }
        StoreDatabase.Execute(connection, "BEGIN IMMEDIATE");
        CrashPoint.Reach("start.orphans");
        try
        {
            foreach (var key in keys)
                statement.Run(key.ChunkId(0), key.ChunkId(MessageKey.MaxChunks - 1));
            StoreDatabase.Execute(connection, "DELETE FROM incoming; COMMIT");
        }
        catch (SqliteException e) when (DiskRefusal.IsOfRoom(e, connection) || RottenPages.Is(e))
        {
            // The mail that waits must go out first; the next start finds them again. Those on a rotten page are in nobody's way.
            GroupTransaction.RollBack(connection);
            return 0;
        }
        CrashPoint.Reach("start.swept");
        return orphans;
    }
}
