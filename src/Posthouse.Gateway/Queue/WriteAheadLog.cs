using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>When the log is synced and when it is folded back into the database. Used by the writer's thread alone.</summary>
/// <param name="connection">The writer's.</param>
/// <param name="space">Told what is taken of it, and when there may be more.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where a fold that has to wait is told.</param>
sealed class WriteAheadLog(SqliteConnection connection, FreeSpace space, TimeProvider time, ILogger logger)
{
    const long FoldAfter = 16L * 1024 * 1024;
    const long TooLong = 8 * FoldAfter;
    const long WorthFolding = 1024 * 1024;
    static readonly TimeSpan Respite = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);
    long? _putOff, _told;
    long _grown;
    bool _tooLong;
    bool _full = true;

    /// <summary>
    /// Sets how the next transaction ends. One that holds only chunks need not reach the disk, since the sync of the commit that
    /// names them covers the whole log before it.
    /// </summary>
    internal void SetSynchronous(bool durable)
    {
        if (durable == _full)
            return;
        StoreDatabase.Set(connection, "synchronous", durable ? StoreDatabase.Full : StoreDatabase.Normal);
        _full = durable;
    }

    /// <summary>Counts what was written and folds when it is enough.</summary>
    internal void Grew(long octets)
    {
        space.Took(octets);
        _grown += octets;
        if (_grown < FoldAfter)
            return;
        _grown = 0;
        // A log that readers kept from being reused waits for them once it is far too long.
        CrashPoint.Reach("fold.before");
        Fold(_tooLong ? "RESTART" : "PASSIVE");
        CrashPoint.Reach("fold.after");
    }

    /// <summary>The disk is short: folds the log and gives its room back.</summary>
    internal void MakeRoom()
    {
        if ((_putOff is { } at && time.GetElapsedTime(at) < Respite)
            || new FileInfo($"{connection.DataSource}-wal") is not { Exists: true, Length: >= WorthFolding })
            return;
        Fold("TRUNCATE");
        _grown = 0;
        space.Forget();
    }

    /// <summary>Folds all of it, before a clean close.</summary>
    internal void Close()
    {
        CrashPoint.Reach("close.before");
        Fold("TRUNCATE");
        CrashPoint.Reach("close.after");
    }

    void Fold(string mode)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA wal_checkpoint({mode})";
            using var row = command.ExecuteReader();
            _tooLong = row.Read() && row.GetInt64(1) * StoreDatabase.PageSize > TooLong;
            // Somebody reads: what is asked for again and again must not wait for them each time.
            if (mode == "TRUNCATE" && row.GetInt64(0) != 0)
                _putOff = time.GetTimestamp();
        }
        catch (SqliteException e) when (DiskRefusal.IsOfRoom(e, connection))
        {
            // The log has it all and stays until there is room.
            _putOff = time.GetTimestamp();
            if (_told is { } told && time.GetElapsedTime(told) < BetweenLines)
                return;
            _told = _putOff;
            QueueLog.FoldPutOff(logger, e.Message);
        }
    }
}
