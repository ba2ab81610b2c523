using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Posthouse.Gateway.Queue;

/// <summary>Opens connections to the store's file, with every pragma that durability rests on set and read back.</summary>
static class StoreDatabase
{
    internal const int PageSize = 8192;
    internal const int Version = 4;

    /// <summary>Roughly what a piece of a body, with its rows, takes in the log: whole pages, of which each table's changes with each transaction.</summary>
    internal static int Room(int octets) => ((octets / PageSize) + PagesBeside) * PageSize;

    const int PagesBeside = 4;
    const long ApplicationId = 0x50534851;
    const long LogLimit = 64L * 1024 * 1024;

    const string Schema = """
        CREATE TABLE message (
            id INTEGER PRIMARY KEY, queue_id TEXT NOT NULL, received INTEGER NOT NULL, size INTEGER NOT NULL,
            reverse_path TEXT, declared_size INTEGER, body INTEGER NOT NULL, smtputf8 INTEGER NOT NULL, dsn_return INTEGER NOT NULL, envelope_id TEXT,
            listener TEXT NOT NULL, remote_ip BLOB, local_ip BLOB, is_tls INTEGER NOT NULL, helo_domain TEXT NOT NULL, authenticated_as TEXT NOT NULL,
            remote_port INTEGER NOT NULL DEFAULT 0, local_port INTEGER NOT NULL DEFAULT 0, is_extended INTEGER NOT NULL DEFAULT 1,
            held INTEGER NOT NULL DEFAULT 0, checksum INTEGER, held_checksum INTEGER,
            require_tls INTEGER NOT NULL DEFAULT 0, require_tls_checksum INTEGER
        ) STRICT;
        CREATE TABLE recipient (
            message INTEGER NOT NULL, ordinal INTEGER NOT NULL, mailbox TEXT NOT NULL, notify INTEGER NOT NULL, original TEXT,
            state INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, maybe_delivered INTEGER NOT NULL, reply TEXT NOT NULL,
            found_at TEXT, notices INTEGER NOT NULL DEFAULT 0, checksum INTEGER, mark_checksum INTEGER,
            PRIMARY KEY (message, ordinal)
        ) STRICT, WITHOUT ROWID;
        -- id = message << 16 | number of the chunk: appended in order, read and removed as one range.
        CREATE TABLE chunk (id INTEGER PRIMARY KEY, octets BLOB NOT NULL, checksum INTEGER) STRICT;
        -- Messages with chunks and no commit yet; what stands here at the start is an orphan.
        CREATE TABLE incoming (id INTEGER PRIMARY KEY) STRICT;
        """ + Quarantine;

    // Messages with a row that is not what was written: kept as they are, and not delivered.
    const string Quarantine = "CREATE TABLE quarantine (message INTEGER PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;";

    // By version, what makes the next one of it. What an older Posthouse stored has the defaults.
    static readonly string[] Upgrades =
    [
        """
        ALTER TABLE message ADD COLUMN remote_port INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message ADD COLUMN local_port INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message ADD COLUMN is_extended INTEGER NOT NULL DEFAULT 1;
        """,
        // Version 2 kept the failed ones, since it wrote no reports: each has one more attempt, and a report if that fails as well.
        """
        ALTER TABLE message ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE recipient ADD COLUMN found_at TEXT;
        ALTER TABLE recipient ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;
        UPDATE recipient SET state = 0 WHERE state = 2;
        ALTER TABLE message ADD COLUMN checksum INTEGER;
        ALTER TABLE message ADD COLUMN held_checksum INTEGER;
        ALTER TABLE recipient ADD COLUMN checksum INTEGER;
        ALTER TABLE recipient ADD COLUMN mark_checksum INTEGER;
        ALTER TABLE chunk ADD COLUMN checksum INTEGER;
        """ + Quarantine,
        // With a checksum of its own, so that those of the rows that stand there stay true.
        """
        ALTER TABLE message ADD COLUMN require_tls INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE message ADD COLUMN require_tls_checksum INTEGER;
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

    internal static long Number(SqliteConnection connection, string sql) => Convert.ToInt64(Scalar(connection, sql), CultureInfo.InvariantCulture);

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
        var version = Number(connection, "PRAGMA user_version");
        if (version == Version)
            return;
        if (version is > 0 and < Version)
        {
            Migrate(connection, string.Concat(Upgrades[((int)version - 1)..]));
            return;
        }
        if (version != 0 || Number(connection, "SELECT COUNT(*) FROM sqlite_schema") != 0)
            throw new IOException($"The queue's database {connection.DataSource} has version {version}; this Posthouse knows version {Version}.");
        Migrate(connection, $"{Schema} PRAGMA application_id = {ApplicationId};");
    }

    // In one transaction: a death within leaves the old version.
    static void Migrate(SqliteConnection connection, string sql)
    {
        Execute(connection, $"BEGIN IMMEDIATE; {sql} PRAGMA user_version = {Version}");
        CrashPoint.Reach("start.migrating");
        Execute(connection, "COMMIT");
        CrashPoint.Reach("start.migrated");
    }

    static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
