namespace Posthouse.Gateway.Sessions.Channel;

/// <summary>
/// The time that a client has. The timer runs only while the gateway waits for the client (to read from it or to write to it), from the
/// first wait for a command to the command's end, however many reads that takes; a remote host's slowness is never charged to the client.
/// </summary>
sealed class SessionDeadline : IDisposable
{
    readonly TimeProvider _time;
    readonly long _start;
    readonly ITimer _timer;
    readonly CancellationTokenSource _always;
    readonly CancellationTokenSource _betweenCommands;

    public SessionDeadline(TimeProvider time, CancellationToken aborted, CancellationToken draining)
    {
        _time = time;
        _start = time.GetTimestamp();
        Draining = draining;
        _always = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        _betweenCommands = CancellationTokenSource.CreateLinkedTokenSource(_always.Token, draining);
        _timer = time.CreateTimer(static state => ((SessionDeadline)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>For one command, or for each 64 KiB of a body.</summary>
    public TimeSpan Command { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For the whole session.</summary>
    public TimeSpan Session { get; set; } = TimeSpan.FromMinutes(15);

    public bool HasExpired { get; private set; }

    /// <summary>Fires at the deadline and when the connection is given up.</summary>
    public CancellationToken Always => _always.Token;

    /// <summary>Fires at a shutdown, behind which the connection is given up within a bound.</summary>
    public CancellationToken Draining { get; }

    /// <summary>Fires at a shutdown too: for waits that a shutdown may cut short.</summary>
    public CancellationToken BetweenCommands => _betweenCommands.Token;

    /// <summary>Starts the client's time anew.</summary>
    public void Arm()
    {
        var left = Session - _time.GetElapsedTime(_start);
        var due = left < Command ? left : Command;
        if (due <= TimeSpan.Zero)
            Expire();
        else
            _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    public void Disarm() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    void Expire()
    {
        HasExpired = true;
        try
        {
            _always.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer fired while the session was ending.
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _betweenCommands.Dispose();
        _always.Dispose();
    }
}
