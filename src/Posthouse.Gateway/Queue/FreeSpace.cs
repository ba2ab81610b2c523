namespace Posthouse.Gateway.Queue;

/// <summary>
/// Room on the store's disk. Mail is refused while a reserve is still free: marking deliveries done, which is what makes
/// room again, has to write to the log first. And as much again as the log has, since folding it may make the database longer by that.
/// </summary>
/// <param name="database">The database's file.</param>
/// <param name="time">The clock.</param>
sealed class FreeSpace(string database, TimeProvider time)
{
    const long MaxReserve = 64L * 1024 * 1024;
    static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);
    readonly Lock _gate = new();
    long _asked;
    long _spare = -1;

    /// <summary>Whether a message of this size fits above the reserve.</summary>
    internal bool Fits(long size)
    {
        lock (_gate)
        {
            if (_spare < 0 || time.GetElapsedTime(_asked) >= Validity)
            {
                _asked = time.GetTimestamp();
                _spare = Measure();
            }
            return _spare > size;
        }
    }

    /// <summary>Counts what was written since the disk was asked: a fast sender fills a small disk sooner than it is asked again.</summary>
    internal void Took(long octets)
    {
        // Once in the log, once in the database when that is folded.
        lock (_gate)
            _spare = _spare < 0 ? _spare : Math.Max(0, _spare - (2 * octets));
    }

    /// <summary>Has the disk asked anew next time.</summary>
    internal void Forget()
    {
        lock (_gate)
            _spare = -1;
    }

    long Measure()
    {
        try
        {
            var drive = new DriveInfo(Path.GetDirectoryName(database)!);
            var log = new FileInfo($"{database}-wal");
            return Math.Max(0, drive.AvailableFreeSpace - Math.Min(MaxReserve, drive.TotalSize / 20) - (log.Exists ? log.Length : 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Not known is not full: the write itself will tell.
            return long.MaxValue;
        }
    }
}
