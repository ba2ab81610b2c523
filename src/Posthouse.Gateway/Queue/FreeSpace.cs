namespace Posthouse.Gateway.Queue;

/// <summary>What the file system of a folder has.</summary>
/// <param name="Available">Octets that may still be written.</param>
/// <param name="Total">Octets in all.</param>
readonly record struct DiskRoom(long Available, long Total)
{
    internal static DiskRoom Of(string folder)
    {
        var drive = new DriveInfo(folder);
        return new(drive.AvailableFreeSpace, drive.TotalSize);
    }
}

/// <summary>
/// Room on the store's disk. Mail is refused while a reserve is still free: marking deliveries done, which is what makes
/// room again, has to write to the log first. And twice what the log has: folding it may make the database longer by that, and marks go on while a
/// reader keeps it from being folded.
/// </summary>
/// <remarks>
/// A database never gets shorter, but writes the pages that it has free before it grows. So as much as a part of the log's
/// room stays out of its reach as long as it would grow: else it would take the whole disk once, and its free pages could not be filled for want of a log.
/// </remarks>
/// <param name="database">The database's file.</param>
/// <param name="time">The clock.</param>
/// <param name="disk">Asks the disk of a folder.</param>
sealed class FreeSpace(string database, TimeProvider time, Func<string, DiskRoom>? disk = null)
{
    const long MaxReserve = 64L * 1024 * 1024;
    const long MaxLog = 16L * 1024 * 1024;
    static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);
    readonly Func<string, DiskRoom> _disk = disk ?? DiskRoom.Of;
    readonly Lock _gate = new();
    long _asked;
    long _available;
    bool _isAsking;
    long _spare = -1;
    long _free;

    /// <summary>Octets that were free in all when the disk was last asked; the reserve among them.</summary>
    internal long Available => Volatile.Read(ref _available);

    /// <summary>Whether a message of this size fits above the reserve.</summary>
    internal bool Fits(long size)
    {
        lock (_gate)
        {
            // One asks; a disk that does not answer must not keep the others. Not known is not full.
            if (_isAsking || (_spare >= 0 && time.GetElapsedTime(_asked) < Validity))
                return _spare < 0 || _spare > size;
            _isAsking = true;
        }
        return Ask() > size;
    }

    /// <summary>The same, asked of the disk at this moment.</summary>
    internal bool FitsNow(long size) => Ask() > size;

    /// <summary>Counts what was written since the disk was asked: a fast sender fills a small disk sooner than it is asked again.</summary>
    internal void Took(long octets)
    {
        // Once in the log, once in the database when that is folded.
        lock (_gate)
            _spare = _spare < 0 ? _spare : Math.Max(0, _spare - (2 * octets));
    }

    /// <summary>Octets of the database that hold nothing.</summary>
    internal void Freed(long octets)
    {
        lock (_gate)
            _free = octets;
    }

    /// <summary>Has the disk asked anew next time.</summary>
    internal void Forget()
    {
        lock (_gate)
            _spare = -1;
    }

    long Ask()
    {
        var (asked, spare) = (time.GetTimestamp(), -1L);
        try
        {
            return spare = Measure();
        }
        finally
        {
            lock (_gate)
                (_asked, _spare, _isAsking) = (asked, spare, false);
        }
    }

    long Measure()
    {
        try
        {
            var room = _disk(Path.GetDirectoryName(database)!);
            Volatile.Write(ref _available, room.Available);
            var log = new FileInfo($"{database}-wal") is { Exists: true } file ? file.Length : 0;
            var growth = Math.Max(0, log + Math.Min(MaxLog, room.Total / 20) - Volatile.Read(ref _free));
            return Math.Max(0, room.Available - Math.Min(MaxReserve, room.Total / 20) - log - growth);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Not known is not full: the write itself will tell.
            return long.MaxValue;
        }
    }
}
