using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Posthouse.Gateway.Queue;

namespace Posthouse.Tests.Queue;

/// <summary>A folder of its own for a store, and a look into its tables.</summary>
sealed class StoreFixture : IDisposable
{
    readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("posthouse-queue-");

    internal string Folder => Path.Combine(_parent.FullName, "queue");

    internal FakeTimeProvider Time { get; } = new(Letters.Now);

    internal string Database => Path.Combine(Folder, "queue.db");

    internal SqliteStore Open(Action? beforeCommit = null, long? maxPages = null, ILogger? logger = null, long? disk = null, Action<MessageKey, IReadOnlyList<int>?>? left = null) =>
        SqliteStore.Open(new SqliteStoreOptions(Folder)
        {
            Time = Time,
            BeforeCommit = beforeCommit,
            MaxPages = maxPages,
            Logger = logger ?? NullLogger.Instance,
            Left = left ?? ((_, _) => { }),
            Disk = disk is { } total ? _ => new DiskRoom(total - Length(Database) - Length($"{Database}-wal"), total) : null,
        });

    internal static long Length(string file) => new FileInfo(file) is { Exists: true } there ? there.Length : 0;

    internal long Count(string from, string? folder = null)
    {
        using var connection = StoreDatabase.OpenReader(Path.Combine(folder ?? Folder, "queue.db"));
        return Convert.ToInt64(StoreDatabase.Scalar(connection, $"SELECT COUNT(*) FROM {from}"), CultureInfo.InvariantCulture);
    }

    /// <summary>Says something to the database while nobody has it open.</summary>
    internal void Run(string sql)
    {
        using var connection = StoreDatabase.OpenWriter(Path.Combine(Folder, "queue.db"), null);
        StoreDatabase.Execute(connection, sql);
        StoreDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>The store's files as a power cut would leave them now.</summary>
    internal string Snapshot()
    {
        var copy = _parent.CreateSubdirectory("snapshot").FullName;
        foreach (var file in (string[])["queue.db", "queue.db-wal"])
            File.Copy(Path.Combine(Folder, file), Path.Combine(copy, file));
        return copy;
    }

    internal static SqliteException DiskError => new("disk I/O error", 10, 1034);

    public void Dispose() => _parent.Delete(recursive: true);
}

/// <summary>Holds the writer before its COMMIT until it is let go.</summary>
sealed class CommitGate : IDisposable
{
    readonly SemaphoreSlim _reached = new(0);
    readonly ManualResetEventSlim _open = new();

    internal void Pass()
    {
        _reached.Release();
        _open.Wait(TimeSpan.FromSeconds(30));
    }

    internal Task ReachedAsync() => _reached.WaitAsync(TestContext.Current.CancellationToken);

    internal void Open() => _open.Set();

    public void Dispose()
    {
        _open.Set();
    }
}
