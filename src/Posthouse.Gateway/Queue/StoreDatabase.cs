using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Posthouse.Gateway.Queue;

/// <summary>Opens connections to the store's file, with every pragma that durability rests on set and read back.</summary>
static class StoreDatabase
{
    internal const int PageSize = 8192;
    const int Version = 3;
    const long ApplicationId = 0x50534851;
    const long LogLimit = 64L * 1024 * 1024;

    const string Schema = """
        CREATE TABLE message (
            id INTEGER PRIMARY KEY, queue_id TEXT NOT NULL, received INTEGER NOT NULL, size INTEGER NOT NULL,
            reverse_path TEXT, declared_size INTEGER, body INTEGER NOT NULL, smtputf8 INTEGER NOT NULL, dsn_return INTEGER NOT NULL, envelope_id TEXT,
            listener TEXT NOT NULL, remote_ip BLOB, local_ip BLOB, is_tls INTEGER NOT NULL, helo_domain TEXT NOT NULL, authenticated_as TEXT NOT NULL,
            remote_port INTEGER NOT NULL DEFAULT 0, local_port INTEGER NOT NULL DEFAULT 0, is_extended INTEGER NOT NULL DEFAULT 1
        ) STRICT;
        CREATE TABLE recipient (
            message INTEGER NOT NULL, ordinal INTEGER NOT NULL, mailbox TEXT NOT NULL, notify INTEGER NOT NULL, original TEXT,
            state INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, maybe_delivered INTEGER NOT NULL, reply TEXT NOT NULL,
            found_at TEXT,
            PRIMARY KEY (message, ordinal)
        ) STRICT, WITHOUT ROWID;
        -- id = message << 16 | number of the chunk: appended in order, read and removed as one range.
        CREATE TABLE chunk (id INTEGER PRIMARY KEY, octets BLOB NOT NULL) STRICT;
        -- Messages with chunks and no commit yet; what stands here at the start is an orphan.
        CREATE TABLE incoming (id INTEGER PRIMARY KEY) STRICT;
        """;

    // By version, what makes the next one of it. What an older Posthouse stored has the defaults.
    static readonly string[] Upgrades =
    [
        """
        ALTER TABLE message ADD COLUMN remote_port INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message ADD COLUMN local_port INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message ADD COLUMN is_extended INTEGER NOT NULL DEFAULT 1;
        """,
        """
        ALTER TABLE recipient ADD COLUMN found_at TEXT;
        """,
    ];

    /// <summary>The one connection that writes; makes the schema in a new file, and brings an older one up to it.</summary>
    internal static SqliteConnection OpenWriter(string file, long? maxPages)
    {
        var connection = Open(file);
        try
        {
            Set(connection, "page_size", PageSize, check: false); // only a file without tables takes it
            Set(connection, "journal_mode", "wal");
            // Write-backs are this writer's own step, so that their errors are seen.
            Set(connection, "wal_autocheckpoint", 0);
            Set(connection, "journal_size_limit", LogLimit);
            Set(connection, "synchronous", Full);
            Set(connection, "secure_delete", 0);
            if (maxPages is { } pages)
                Set(connection, "max_page_count", pages);
            CheckVersion(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that only reads.</summary>
    internal static SqliteConnection OpenReader(string file)
    {
        var connection = Open(file);
        try
        {
            Set(connection, "query_only", 1);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary><c>synchronous</c>: a commit is on disk before it returns.</summary>
    internal const long Full = 2;

    /// <summary><c>synchronous</c>: a commit is on disk with the next full one.</summary>
    internal const long Normal = 1;

    /// <summary>Sets a pragma and makes sure that it holds: SQLite ignores what it cannot do.</summary>
    internal static void Set(SqliteConnection connection, string pragma, object value, bool check = true)
    {
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA {pragma} = {value}"));
        if (check && Text(Scalar(connection, $"PRAGMA {pragma}")) is var held && held != Text(value))
            throw new IOException($"The queue's database {connection.DataSource} refuses {pragma} = {Text(value)} and holds to {held}.");
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            // The last connection to close would write the log back, which after a failed write must not happen.
            if (raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out var off) != raw.SQLITE_OK || off != 1)
                throw new IOException("SQLite does not let go of its checkpoint on close.");
            Set(connection, "busy_timeout", 5000);
            Set(connection, "trusted_schema", 0);
            Set(connection, "mmap_size", 0, check: false); // a failed read through a map is a signal, not an error
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static void CheckVersion(SqliteConnection connection)
    {
        var version = Convert.ToInt64(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version == Version)
            return;
        if (version is > 0 and < Version)
        {
            Execute(connection, $"BEGIN IMMEDIATE; {string.Concat(Upgrades[((int)version - 1)..])} PRAGMA user_version = {Version}; COMMIT");
            return;
        }
        if (version != 0 || Convert.ToInt64(Scalar(connection, "SELECT COUNT(*) FROM sqlite_schema"), CultureInfo.InvariantCulture) != 0)
            throw new IOException($"The queue's database {connection.DataSource} has version {version}; this Posthouse knows version {Version}.");
        Execute(connection, $"BEGIN IMMEDIATE; {Schema} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT");
    }

    static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
