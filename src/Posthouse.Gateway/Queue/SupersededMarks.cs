namespace Posthouse.Gateway.Queue;

/// <summary>
/// While the disk is full, attempts go on and each has its mark: those that wait must not grow with the attempts. A mark says all there is to say
/// of its recipient, so that the last one is enough, unless an earlier one ends a recipient or carries a report.
/// </summary>
static class SupersededMarks
{
    internal static void Remove(List<StoreWrite> waiting)
    {
        HashSet<(MessageKey, int)> said = [];
        HashSet<StoreWrite> superseded = new(ReferenceEqualityComparer.Instance);
        for (var i = waiting.Count - 1; i >= 0; i--)
        {
            if (waiting[i] is not MarkWrite mark)
                continue;
            var isLast = false;
            foreach (var ordinal in mark.Ordinals)
                isLast |= said.Add((mark.Key, ordinal));
            if (!isLast && mark.SaysOnlyWaiting)
                superseded.Add(mark);
        }
        waiting.RemoveAll(superseded.Contains);
    }
}
