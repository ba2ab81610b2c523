using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Posthouse.Gateway.Queue;

/// <summary>Reading connections, lent for one short read each.</summary>
/// <param name="file">The database.</param>
/// <param name="failed">Told of a read that failed.</param>
sealed class StoreReaders(string file, Action<Exception> failed) : IDisposable
{
    const int Kept = 8;
    readonly ConcurrentBag<StoreReader> _idle = [];
    volatile bool _closed;

    /// <summary>Reads; a failure of SQLite is the store's, unless it passes, and comes out as <see cref="IOException"/>.</summary>
    internal T Read<T>(Func<StoreReader, T> read) => Read(read, static _ => false);

    /// <summary>
    /// Reads of one message: a page that is not what was written is its damage, an <see cref="InvalidDataException"/>, as long as the store can do without.
    /// </summary>
    internal T ReadMessage<T>(Func<StoreReader, T> read) => Read(read, e => RottenPages.Is(e) && RottenPages.SpareStore(file));

    T Read<T>(Func<StoreReader, T> read, Func<SqliteException, bool> isDamage)
    {
        if (_closed)
            throw new IOException("The queue's store is closed.");
        StoreReader? reader = null;
        try
        {
            if (!_idle.TryTake(out reader))
                reader = new StoreReader(file);
            var result = read(reader);
            Return(reader);
            return result;
        }
        catch (SqliteException e)
        {
            reader?.Dispose();
            if (isDamage(e))
                throw new InvalidDataException("a page that it stands on is not what was written", e);
            if (!IsPassing(e, isOpen: reader is not null))
                failed(e);
            throw new IOException($"The queue's store cannot be read: {e.Message}{(RottenPages.Is(e) ? RottenPages.WayOut : "")}", e);
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    /// <summary>Closes every connection; one that is lent closes when it comes back.</summary>
    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var reader))
            reader.Dispose();
    }

    /// <summary>Without a handle or memory to open the file with, what is written is still there.</summary>
    static bool IsPassing(SqliteException e, bool isOpen) =>
        e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED || (!isOpen && e.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM);

    void Return(StoreReader reader)
    {
        if (_idle.Count < Kept)
            _idle.Add(reader);
        else
            reader.Dispose();
        if (_closed)
            Dispose();
    }
}
