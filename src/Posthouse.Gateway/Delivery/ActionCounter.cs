using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>Counts what came of an operator's word, message by message.</summary>
/// <param name="hop">The hop that it was on; null = it was on everything.</param>
sealed class ActionCounter(string? hop)
{
    readonly Dictionary<QueueAnswer, int> _answers = [];
    int _leftOut, _elsewhere;
    bool _isDiskBusy;

    internal bool HasDone => Of(QueueAnswer.Done) > 0;

    /// <summary>The disk has not taken all of it.</summary>
    internal bool IsUnwritten { get; set; }

    /// <param name="answer">For a message.</param>
    /// <param name="goesElsewhere">Some of it go to another hop.</param>
    internal void Add(QueueAnswer answer, bool goesElsewhere = false)
    {
        _answers[answer] = Of(answer) + 1;
        _elsewhere += goesElsewhere && answer == QueueAnswer.Done ? 1 : 0;
    }

    /// <summary>A message whose hop is not known, in whole or in part.</summary>
    internal void LeaveOut() => _leftOut++;

    /// <summary>False where the disk is too slow to go on with the next ones.</summary>
    internal bool Add(IReadOnlyList<CancelAnswer> cancelled)
    {
        foreach (var (_, answer, hasOthers, hasUnknown) in cancelled)
        {
            // Who has left meanwhile, or gone another way, was none of those that were meant.
            if (answer is QueueAnswer.NotFound || (answer is QueueAnswer.Unchanged && hop is not null && !hasUnknown))
                continue;
            if (hasUnknown)
                LeaveOut();
            if (answer != QueueAnswer.Unchanged)
                Add(answer, hasOthers);
        }
        _isDiskBusy = cancelled.Count > 0 && cancelled[0].Answer == QueueAnswer.DiskBusy;
        return !_isDiskBusy;
    }

    internal QueueActionCounts Total() =>
        new(Of(QueueAnswer.Done), Of(QueueAnswer.Unchanged), Of(QueueAnswer.Held), Of(QueueAnswer.Busy), Of(QueueAnswer.Failed), _leftOut)
        {
            Elsewhere = _elsewhere,
            Throttled = Of(QueueAnswer.Throttled),
            IsDiskBusy = _isDiskBusy,
            IsUnwritten = IsUnwritten,
        };

    int Of(QueueAnswer answer) => _answers.GetValueOrDefault(answer);
}
