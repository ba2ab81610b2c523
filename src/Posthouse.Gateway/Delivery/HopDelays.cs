using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Delays that say something of a hop and nothing of the message: the first is told, those that follow are counted, and their number is told once
/// in a period, for as long as there are any. Else a host that is down would fill the log with a line for each message and attempt.
/// </summary>
sealed class HopDelays(TimeProvider time, ILogger logger) : IDisposable
{
    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    bool _isOver;

    /// <summary>True: nothing was told of the hop in the last period. False: it is counted.</summary>
    internal bool IsNews(string hop, string reply)
    {
        lock (_gate)
        {
            if (_tallies.TryGetValue(hop, out var tally))
            {
                tally.Count++;
                tally.Reply = reply;
                return false;
            }
            if (!_isOver)
                _tallies[hop] = new Tally(time.CreateTimer(_ => Tell(hop), null, Period, Period), time.GetTimestamp());
            return true;
        }
    }

    /// <summary>Tells what was counted since.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var hop in _tallies.Keys.ToArray())
            {
                Tell(hop);
                if (_tallies.Remove(hop, out var tally))
                    tally.Timer.Dispose();
            }
        }
    }

    void Tell(string hop)
    {
        lock (_gate)
        {
            if (!_tallies.TryGetValue(hop, out var tally))
                return;
            if (tally.Count == 0)
            {
                _tallies.Remove(hop);
                tally.Timer.Dispose();
                return;
            }
            DeliveryLog.HopOutOfReach(logger, tally.Count, hop, Math.Ceiling(time.GetElapsedTime(tally.Since).TotalSeconds), tally.Reply);
            (tally.Count, tally.Since) = (0, time.GetTimestamp());
        }
    }

    sealed class Tally(ITimer timer, long since)
    {
        internal readonly ITimer Timer = timer;
        internal long Since = since;
        internal int Count;
        internal string Reply = "";
    }
}
