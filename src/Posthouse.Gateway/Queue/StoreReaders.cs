using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Posthouse.Gateway.Queue;

/// <summary>Reading connections, lent for one short read each.</summary>
/// <param name="file">The database.</param>
/// <param name="failed">Told of a read that failed.</param>
sealed class StoreReaders(string file, Action<Exception> failed) : IDisposable
{
    const int Kept = 8;
    readonly ConcurrentBag<StoreReader> _idle = [];
    volatile bool _closed;

    /// <summary>Reads; any failure of SQLite is the store's, and comes out as <see cref="IOException"/>.</summary>
    internal T Read<T>(Func<StoreReader, T> read)
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
            if (e.SqliteErrorCode is not (SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED))
                failed(e);
            throw new IOException("The queue's store cannot be read.", e);
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
