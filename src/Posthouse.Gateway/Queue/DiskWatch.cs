using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

/// <summary>Knows for how long the writer has been at one group, and tells once that is too long for those who wait behind it.</summary>
sealed class DiskWatch : IAsyncDisposable
{
    /// <summary>Behind this, mail is refused. A fold of a long log takes a slow disk seconds.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Behind this, no delivery begins: what became of it would be known in memory only, so that a crash repeats all that were made meanwhile. A fold comes
    /// within it now and then, and costs nothing: mail waits for that as well.
    /// </summary>
    internal static readonly TimeSpan DeliveryPatience = TimeSpan.FromSeconds(1);

    /// <summary>How often it is looked whether the disk hangs.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Action _hangs;
    readonly ITimer _timer;

    // Under _gate: the end of the group that is under way, where somebody waits for it.
    readonly Lock _gate = new();
    TaskCompletionSource? _ended;
    long _since;
    int _isTold;

    /// <param name="time">The clock.</param>
    /// <param name="logger">Where an operator reads of it.</param>
    /// <param name="hangs">Told again and again while the disk hangs.</param>
    internal DiskWatch(TimeProvider time, ILogger logger, Action hangs)
    {
        _time = time;
        _logger = logger;
        _hangs = hangs;
        _timer = time.CreateTimer(static state => ((DiskWatch)state!).Look(), this, Period, Period);
    }

    /// <summary>A group is on its way to the disk.</summary>
    internal bool IsWriting => Volatile.Read(ref _since) != 0;

    /// <summary>The disk has not answered for so long that who comes now would wait in vain.</summary>
    internal bool IsHanging
    {
        get
        {
            if (!HasTaken(Patience))
                return false;
            if (Interlocked.Exchange(ref _isTold, 1) == 0)
                QueueLog.DiskHangs(_logger, Patience.TotalSeconds);
            return true;
        }
    }

    /// <summary>What is handed in now would not be on disk soon.</summary>
    internal bool IsLate => HasTaken(DeliveryPatience);

    /// <summary>A group begins.</summary>
    internal void Began() => Volatile.Write(ref _since, Math.Max(1, _time.GetTimestamp()));

    /// <summary>It has ended.</summary>
    internal void Ended()
    {
        LetGo();
        if (Interlocked.Exchange(ref _isTold, 0) == 1)
            QueueLog.DiskAnswers(_logger);
    }

    /// <summary>It has ended, or the store has failed: nobody is to wait for it.</summary>
    internal void LetGo()
    {
        TaskCompletionSource? ended;
        lock (_gate)
        {
            Volatile.Write(ref _since, 0);
            (ended, _ended) = (_ended, null);
        }
        ended?.SetResult();
    }

    /// <summary>Ends with the group that is under way, or with the next.</summary>
    internal Task NextEndAsync()
    {
        lock (_gate)
            return (_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    bool HasTaken(TimeSpan patience) => Volatile.Read(ref _since) is not 0 and var since && _time.GetElapsedTime(since) >= patience;

    void Look()
    {
        if (IsHanging)
            _hangs();
    }
}
