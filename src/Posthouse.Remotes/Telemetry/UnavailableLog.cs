using Microsoft.Extensions.Logging;

namespace Posthouse.Remotes.Telemetry;

/// <summary>
/// Tells an operator, once for each conversation, why a host gave no answer. In an outage every question fails alike and could fill a disk,
/// so of failures of one kind a line is written every ten seconds, and the next one counts those between.
/// </summary>
sealed class UnavailableLog(string remote, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Kinds are few, but a reason may begin with a host's words: all above so many are one kind.</summary>
    const int MaxKinds = 64;

    readonly Lock _gate = new();
    readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <param name="question">What was asked, such as <c>login</c>; never by whom nor with what.</param>
    /// <param name="reason">Sanitised; names no secret. What stands before its first colon, the step that failed, is its kind.</param>
    public void Tell(string question, string reason)
    {
        long untold;
        lock (_gate)
        {
            var kind = KindOf($"{question} {reason.AsSpan(0, reason.IndexOf(':') is >= 0 and var colon ? colon : reason.Length)}");
            if (kind.ToldAt is { } toldAt && time.GetElapsedTime(toldAt) < Pause)
            {
                kind.Untold++;
                return;
            }
            kind.ToldAt = time.GetTimestamp();
            (untold, kind.Untold) = (kind.Untold, 0);
        }
        if (untold == 0)
            RemoteLog.Unavailable(logger, remote, question, reason);
        else
            RemoteLog.StillUnavailable(logger, remote, question, untold, reason);
    }

    /// <summary>What went wrong is ours, and rare: each is told.</summary>
    public void TellFault(Exception fault) => RemoteLog.LookupFault(logger, remote, fault);

    Kind KindOf(string name)
    {
        if (_kinds.Count >= MaxKinds && !_kinds.ContainsKey(name))
            name = "";
        if (!_kinds.TryGetValue(name, out var kind))
            _kinds[name] = kind = new Kind();
        return kind;
    }

    sealed class Kind
    {
        public long? ToldAt { get; set; }

        public long Untold { get; set; }
    }
}
