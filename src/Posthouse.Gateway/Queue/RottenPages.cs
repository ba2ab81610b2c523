using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// Pages that the disk gives back otherwise than they were written (<c>SQLITE_CORRUPT</c>): they cost the messages that stand on them, not the queue.
/// </summary>
static class RottenPages
{
    /// <summary>What an operator can do where none of the mail can be told.</summary>
    internal const string WayOut = ". See posthouse queue check. To save what can be read, stop Posthouse, move the folder away, and have sqlite3's .recover copy queue.db into a new one";

    internal static bool Is(SqliteException e) => e.SqliteErrorCode == raw.SQLITE_CORRUPT;

    /// <summary>Whether the tables can still be told, and what is in quarantine: without these no message can be set aside.</summary>
    internal static bool SpareStore(string file)
    {
        try
        {
            using var connection = StoreDatabase.OpenReader(file);
            _ = StoreDatabase.Number(connection, "SELECT COUNT(*) FROM sqlite_schema");
            _ = StoreDatabase.Number(connection, "SELECT COUNT(*) FROM quarantine");
            return true;
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            return false;
        }
    }

    /// <summary>A number for the log alone; null where a page is in its way.</summary>
    internal static long? Number(SqliteConnection connection, string sql)
    {
        try
        {
            return StoreDatabase.Number(connection, sql);
        }
        catch (SqliteException e) when (Is(e))
        {
            return null;
        }
    }
}
