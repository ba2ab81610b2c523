using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// Step 6, the group commit. One thread takes all that waits, writes it in one transaction, and answers it when that is on disk;
/// what arrives meanwhile is the next group.
/// </summary>
/// <remarks>
/// Three ends of a group. Written: all of it is answered. No room, or another program holds the database: rolled back, intake is
/// refused, marks stay and are tried again. Anything else: an error that SQLite cannot take back, since the kernel forgets what
/// it could not write; nothing is retried, nothing is written back, every handle is closed, and a later opening, which is a restart of
/// Posthouse, replays the log. What the log holds of the group whose sync failed is cut off (<see cref="UnconfirmedLog"/>), since its senders
/// were told 451.
/// </remarks>
sealed class StoreWriter : IAsyncDisposable
{
    const int GroupWeight = 4 * 1024 * 1024;
    static readonly TimeSpan Company = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Respite = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);
    const int Finer = 8;

    /// <summary>A fold of a long log takes a slow disk seconds.</summary>
    internal static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(30);

    readonly SqliteConnection _connection;
    readonly WriteStatements _statements;
    readonly WriteAheadLog _log;
    readonly FreeSpace _space;
    readonly SqliteStoreOptions _options;
    readonly ILogger _logger;
    readonly Action _failed;
    readonly ITimer _timer;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _groups;
    long? _told;
    bool _isCareful;
    volatile bool _wantsRoom;
    long _since;
    int _isHangTold;

    // Under _gate. Waiting writes are in order of arrival. _timed: the timer is set for writes that are not urgent; _due: it has fired,
    // or something urgent came. _closing: what waits is still written, no more is taken. _closed: nothing is written any more.
    readonly object _gate = new();
    List<StoreWrite> _waiting = [];
    bool _timed, _due, _closing, _closed;
    Exception? _abort;

    internal StoreWriter(SqliteConnection connection, FreeSpace space, SqliteStoreOptions options, ILogger logger, Action failed)
    {
        _connection = connection;
        _statements = new WriteStatements(connection);
        _log = new WriteAheadLog(connection, space, options.Time, logger);
        _space = space;
        _options = options;
        _logger = logger;
        _failed = failed;
        space.Freed(_statements.FreePages());
        _timer = options.Time.CreateTimer(static state => ((StoreWriter)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        new Thread(Run) { IsBackground = true, Name = "Posthouse queue writer" }.Start();
    }

    /// <summary>Transactions so far.</summary>
    internal long Groups => Volatile.Read(ref _groups);

    /// <summary>A group is on its way to the disk.</summary>
    internal bool IsWriting => Volatile.Read(ref _since) != 0;

    /// <summary>The disk has not answered for so long that who comes now would wait in vain.</summary>
    internal bool IsHanging
    {
        get
        {
            var since = Volatile.Read(ref _since);
            if (since == 0 || _options.Time.GetElapsedTime(since) < DiskPatience)
                return false;
            if (Interlocked.Exchange(ref _isHangTold, 1) == 0)
                QueueLog.DiskHangs(_logger, DiskPatience.TotalSeconds);
            return true;
        }
    }

    /// <summary>False where nothing is written any more; the write is then not answered.</summary>
    internal bool TryEnqueue(StoreWrite write)
    {
        lock (_gate)
        {
            if (_closing || _closed)
                return false;
            _waiting.Add(write);
            if (write.IsUrgent)
                Pulse();
            else
                SetTimer(Company);
            return true;
        }
    }

    /// <summary>Mail was refused for want of room: there may be some in the log, which is folded on a write otherwise.</summary>
    internal void MakeRoom()
    {
        _wantsRoom = true;
        lock (_gate)
            Pulse();
    }

    /// <summary>Ends everything as a failed write does; a reader has met an error.</summary>
    internal void Abort(Exception reason)
    {
        lock (_gate)
        {
            _abort ??= reason;
            Pulse();
        }
    }

    /// <summary>Writes what waits, folds the log into the database and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Pulse();
        }
        await _ended.Task;
        await _timer.DisposeAsync();
    }

    void Run()
    {
        List<StoreWrite> group = [];
        var isSound = true;
        try
        {
            while (Take(ref group))
            {
                Volatile.Write(ref _since, Math.Max(1, _options.Time.GetTimestamp()));
                Write(group);
                Volatile.Write(ref _since, 0);
                if (Interlocked.Exchange(ref _isHangTold, 0) == 1)
                    QueueLog.DiskAnswers(_logger);
            }
            _log.Close();
        }
        catch (Exception e)
        {
            isSound = false;
            QueueLog.StoreFailed(_logger, e);
            Fail(group);
        }
        finally
        {
            lock (_gate)
                _closed = true;
            _statements.Dispose();
            _connection.Dispose();
            if (!isSound)
                UnconfirmedLog.Cut(_connection.DataSource, _logger);
            _ended.SetResult();
        }
    }

    bool Take(ref List<StoreWrite> group)
    {
        group.Clear();
        lock (_gate)
        {
            while (!_due && !_closing)
                Monitor.Wait(_gate);
            if (_abort is not null)
                throw new IOException("A read of the store failed.", _abort);
            if (_waiting.Count == 0)
            {
                _due = false;
                return !_closing;
            }
            var (count, weight) = (0, 0L);
            while (count < _waiting.Count && weight < GroupWeight)
                weight += _waiting[count++].Weight;
            group.AddRange(_waiting[..count]);
            _waiting.RemoveRange(0, count);
            _due = _waiting.Count > 0;
            return true;
        }
    }

    void Write(List<StoreWrite> group)
    {
        if (_wantsRoom)
        {
            _wantsRoom = false;
            _log.MakeRoom();
        }
        if (group.Count == 0)
            return;
        if (!HasRoom(group))
        {
            _log.MakeRoom();
            if (!HasRoom(group))
                Refuse(group, IntakeResult.NoSpace);
        }
        try
        {
            Commit(group);
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            // Before anything else is asked of the connection.
            var refusal = DiskRefusal.IsOfRoom(e, _connection) ? IntakeResult.NoSpace : IntakeResult.Failed;
            TellRefused(e);
            RollBack(_connection);
            Refuse(group, refusal);
            // What the disk said when it was last asked is not so: the next sender is to hear it at MAIL.
            _space.Forget();
            Retry(group, refusal);
        }
        catch (SqliteException e) when (!_isCareful && RottenPages.Is(e) && RottenPages.SpareStore(_connection.DataSource))
        {
            TellRefused(e);
            RollBack(_connection);
            _isCareful = true;
            Write(group);
        }
    }

    /// <summary>Asked of the disk itself where mail comes: within the second that an answer of it is kept, a fast sender takes more than the reserve.</summary>
    bool HasRoom(List<StoreWrite> group)
    {
        var mail = group.Sum(static write => write.IsIntake ? (long)write.Weight : 0);
        return mail == 0 ? _space.Fits(0) : _space.FitsNow(2 * mail);
    }

    /// <summary>
    /// Marks need no new pages, so they may pass where mail did not; and a few of them where all together need more of the log than there is.
    /// What passes makes room for what is left, and one with a long report keeps none behind it that has none. Where not even a small one passes, all are
    /// put back, and mail that has come behind them is refused with what came before: it would wait for as long as the disk is full.
    /// </summary>
    void Retry(List<StoreWrite> marks, IntakeResult refusal)
    {
        _log.MakeRoom();
        List<StoreWrite> large = [];
        var size = _isCareful ? 1 : marks.Count;
        while (marks.Count + large.Count > 0)
        {
            if (marks.Count == 0)
            {
                PutBack(large, refusal);
                return;
            }
            var part = marks.GetRange(0, Math.Min(size, marks.Count));
            var count = part.Count;
            try
            {
                Commit(part);
                marks.RemoveRange(0, count);
            }
            catch (SqliteException e) when (IsPassing(e))
            {
                RollBack(_connection);
                _log.MakeRoom();
                if (size > 1)
                {
                    size = Math.Max(1, size / Finer);
                    continue;
                }
                if (part[0] is MarkWrite { HasReports: true } slow)
                {
                    // What was recorded behind it of the same message must not come before it, nor who waits for all that was recorded.
                    large.AddRange(marks.Where(write => write is BehindWrite || (write is MarkWrite mark && mark.Key == slow.Key)));
                    marks.RemoveAll(large.Contains);
                    continue;
                }
                large.AddRange(marks);
                marks.Clear();
                PutBack(large, refusal);
                return;
            }
        }
    }

    void PutBack(List<StoreWrite> marks, IntakeResult refusal)
    {
        lock (_gate)
        {
            _waiting.InsertRange(0, marks);
            if (_closing)
                throw new IOException("The disk has no room for what became of deliveries, which may be repeated."); // no later chance
            Refuse(_waiting, refusal);
            SupersededMarks.Remove(_waiting);
            _due = false;
            SetTimer(Respite);
        }
    }

    // A full disk refuses every group for as long as it lasts.
    void TellRefused(SqliteException e)
    {
        if (_told is { } told && _options.Time.GetElapsedTime(told) < BetweenLines)
            return;
        _told = _options.Time.GetTimestamp();
        QueueLog.GroupRefused(_logger, e.SqliteExtendedErrorCode, e.Message);
    }

    void Commit(List<StoreWrite> group)
    {
        if (_isCareful)
            TransactApart(group);
        else
            Transact(group, isKeeping: false);
    }

    void Transact(List<StoreWrite> group, bool isKeeping)
    {
        if (group.Count == 0)
            return;
        _log.SetSynchronous(group.Exists(static write => write.IsDurable));
        _statements.Begin();
        group.ForEach(write => (isKeeping ? (Action<WriteStatements>)write.ApplyKeeping : write.Apply)(_statements));
        var weight = group.Sum(static write => (long)write.Weight);
        CrashPoint.Reach(group, "applied");
        // 6. On disk with this; only then is anyone answered, and delivery handed what came.
        _options.BeforeCommit?.Invoke();
        _statements.Commit();
        CrashPoint.Reach(group, "committed");
        _space.Freed(_statements.FreePages());
        Interlocked.Increment(ref _groups);
        Answer(group, IntakeResult.Committed);
        _log.Grew(weight);
    }

    /// <summary>
    /// Once a page was found that is not what was written, what needs it must not take the others with it, nor can SQLite go on in its transaction. Mail is
    /// refused; of a message whose rows cannot be removed the marks are kept; and one whose marks cannot be written is found damaged when it is read again.
    /// </summary>
    void TransactApart(List<StoreWrite> group)
    {
        for (; group.Count > 0; group.RemoveAt(0))
        {
            if (!TryTransact(group[0], isKeeping: false) && !TryTransact(group[0], isKeeping: true))
                group[0].Answer(IntakeResult.Failed);
        }
    }

    bool TryTransact(StoreWrite write, bool isKeeping)
    {
        try
        {
            Transact([write], isKeeping);
            return true;
        }
        catch (SqliteException e) when (RottenPages.Is(e))
        {
            TellRefused(e);
            RollBack(_connection);
            return false;
        }
    }

    /// <summary>Ends a transaction that an error has left open; some errors have rolled back already.</summary>
    internal static void RollBack(SqliteConnection connection)
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            StoreDatabase.Execute(connection, "ROLLBACK");
    }

    void Fail(List<StoreWrite> group)
    {
        lock (_gate)
        {
            _closed = true;
            group.AddRange(_waiting);
            _waiting = [];
        }
        _failed();
        Answer(group, IntakeResult.Failed);
    }

    static void Refuse(List<StoreWrite> group, IntakeResult result)
    {
        foreach (var write in group)
        {
            if (write.IsIntake)
                write.Answer(result);
        }
        group.RemoveAll(static write => write.IsIntake);
    }

    static void Answer(List<StoreWrite> group, IntakeResult result)
    {
        foreach (var write in group)
            write.Answer(result);
        CrashPoint.Reach(group, "answered");
        group.Clear();
    }

    void Wake()
    {
        lock (_gate)
        {
            _timed = false;
            Pulse();
        }
    }

    void SetTimer(TimeSpan delay)
    {
        Debug.Assert(Monitor.IsEntered(_gate));
        if (_timed || _due)
            return;
        _timed = true;
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    void Pulse()
    {
        _due = true;
        Monitor.Pulse(_gate);
    }

    bool IsPassing(SqliteException e) => e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED || DiskRefusal.IsOfRoom(e, _connection);
}
