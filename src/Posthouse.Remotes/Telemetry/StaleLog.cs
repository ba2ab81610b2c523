using Microsoft.Extensions.Logging;

namespace Posthouse.Remotes.Telemetry;

/// <summary>Tells an operator that a host's kept answers are used past their life: one line a minute, which counts those between.</summary>
sealed class StaleLog(string remote, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    long? _toldAt;
    long _untold;

    /// <param name="reason">Why the host cannot be reached; sanitised.</param>
    public void Tell(string reason)
    {
        long answers;
        lock (_gate)
        {
            _untold++;
            if (_toldAt is { } toldAt && time.GetElapsedTime(toldAt) < Pause)
                return;
            _toldAt = time.GetTimestamp();
            (answers, _untold) = (_untold, 0);
        }
        RemoteLog.Stale(logger, remote, answers, reason);
    }
}
