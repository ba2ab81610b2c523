using System.Diagnostics;

namespace Posthouse.Gateway.Queue;

/// <summary>
/// What waits for the writer's thread, in order of arrival. What somebody waits for is due at once, with all that has come; the rest waits for company.
/// </summary>
sealed class WaitingWrites : IAsyncDisposable
{
    const int GroupWeight = 4 * 1024 * 1024;
    const int ManyMarks = 1000;
    static readonly TimeSpan Company = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Respite = TimeSpan.FromSeconds(1);

    readonly ITimer _timer;

    // Under _gate. _timed: the timer is set for writes that are not urgent; _due: it has fired, or something urgent came. _closing: what waits is
    // still written, no more is taken. _closed: nothing is written any more.
    readonly object _gate = new();
    // _chunks: those of the group that was taken last. _marks: how many of those that wait are marks. _putBack: that group's had no room; _wasPutBack: nor had
    // the one before it.
    List<StoreWrite> _waiting = [];
    readonly List<ChunkWrite> _chunks = [];
    int _marks;
    bool _putBack, _wasPutBack;
    bool _timed, _due, _closing, _closed;
    Exception? _abort;

    internal WaitingWrites(TimeProvider time) =>
        _timer = time.CreateTimer(static state => ((WaitingWrites)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>
    /// So many marks wait that the disk cannot keep up with the deliveries. One that has no room for them does not count: deliveries make that room.
    /// </summary>
    internal bool HasManyMarks
    {
        get
        {
            lock (_gate)
                return _marks >= ManyMarks && !_putBack && !_wasPutBack;
        }
    }

    /// <summary>False where nothing is written any more; the write is then not answered.</summary>
    internal bool TryAdd(StoreWrite write)
    {
        lock (_gate)
        {
            if (_closing || _closed)
                return false;
            _waiting.Add(write);
            _marks += write is MarkWrite ? 1 : 0;
            if (write.IsUrgent)
                Pulse();
            else
                SetTimer(Company);
            return true;
        }
    }

    /// <summary>Has the writer look, whether anything waits or not.</summary>
    internal void Nudge()
    {
        lock (_gate)
            Pulse();
    }

    /// <summary>The next group is thrown rather than taken: a reader has met an error.</summary>
    internal void Abort(Exception reason)
    {
        lock (_gate)
        {
            _abort ??= reason;
            Pulse();
        }
    }

    /// <summary>Takes no more; what waits is still to be written.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closing = true;
            Pulse();
        }
    }

    /// <summary>Nothing is written any more; what was waiting.</summary>
    internal List<StoreWrite> End()
    {
        lock (_gate)
        {
            _closed = true;
            var left = _waiting;
            _waiting = [];
            _marks = 0;
            return left;
        }
    }

    /// <summary>
    /// Waits until something is due, and takes as much of it as one transaction may hold, or nothing. False: all is written, and no more comes.
    /// </summary>
    internal bool Take(List<StoreWrite> group)
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
            _chunks.Clear();
            _chunks.AddRange(group.OfType<ChunkWrite>());
            _marks -= group.Count(static write => write is MarkWrite);
            (_wasPutBack, _putBack) = (_putBack, false);
            _due = _waiting.Count > 0;
            return true;
        }
    }

    /// <summary>
    /// Refuses what is not on its way to the disk yet, and so never will be: its clients would come again while it waits, and bring it twice. So are pieces of
    /// bodies that are on their way, since their messages are not; they are removed behind it.
    /// </summary>
    internal void RefuseBehind(IntakeResult refusal)
    {
        lock (_gate)
        {
            WriteGroup.RefuseWaiting(_waiting, refusal);
            _chunks.ForEach(chunk => chunk.GiveUp(refusal));
        }
    }

    /// <summary>
    /// Puts marks that found no room in front of all, and refuses what has come behind them and can be: it would wait for as long as the disk is full.
    /// </summary>
    internal void PutBack(List<StoreWrite> marks, IntakeResult refusal)
    {
        lock (_gate)
        {
            _waiting.InsertRange(0, marks);
            if (_closing)
                throw new IOException("The disk has no room for what became of deliveries, which may be repeated."); // no later chance
            WriteGroup.RefuseWaiting(_waiting, refusal);
            SupersededMarks.Remove(_waiting);
            _marks = _waiting.Count(static write => write is MarkWrite);
            _putBack = true;
            _due = false;
            SetTimer(Respite);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

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
}
