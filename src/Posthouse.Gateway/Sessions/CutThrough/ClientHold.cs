namespace Posthouse.Gateway.Sessions.CutThrough;

/// <summary>
/// How long a client may hold a host's connection: ten seconds, and one more for each 16 KiB that it brings. Only the time is counted in
/// which the host is not asked for anything. Between <see cref="TryPause"/> and <see cref="Resume"/> the holder is safe from its end.
/// </summary>
sealed class ClientHold
{
    /// <summary>Octets for each second beyond the first ten.</summary>
    internal const int LeastRate = 16 * 1024;

    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    readonly TimeProvider _time;
    readonly ITimer _timer;
    readonly Action _over;
    TimeSpan _left = Grace;
    long _since;
    bool _isRunning;
    bool _isOver;

    /// <param name="time">Its clock.</param>
    /// <param name="over">Called once, when the client's time is over.</param>
    public ClientHold(TimeProvider time, Action over)
    {
        _time = time;
        _over = over;
        _timer = time.CreateTimer(static hold => ((ClientHold)hold!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Stops the client's clock. False: its time is over.</summary>
    public bool TryPause(int octets = 0)
    {
        lock (_gate)
        {
            if (_isOver)
                return false;
            if (_isRunning)
                _left -= _time.GetElapsedTime(_since);
            _isRunning = false;
            _left += TimeSpan.FromSeconds((double)octets / LeastRate);
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Lets it run on.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            _since = _time.GetTimestamp();
            _isRunning = true;
            _timer.Change(_left > TimeSpan.Zero ? _left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends it for good. False: it was over.</summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            if (_isOver)
                return false;
            _isOver = true;
        }
        _timer.Dispose();
        return true;
    }

    void Expire()
    {
        lock (_gate)
        {
            // The timer may have fired while it was being stopped.
            if (!_isRunning || _isOver)
                return;
            _isOver = true;
        }
        _timer.Dispose();
        _over();
    }
}
