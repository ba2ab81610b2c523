namespace Posthouse.Gateway.Queue;

/// <summary>How writes that go together are answered.</summary>
static class WriteGroup
{
    /// <summary>Refuses the mail among them; what is about mail that is here already stays.</summary>
    internal static void Refuse(List<StoreWrite> group, IntakeResult result) => Refuse(group, result, static write => write.IsIntake);

    /// <summary>Refuses all that can be refused, and would wait for as long as the disk does not take it.</summary>
    internal static void RefuseWaiting(List<StoreWrite> group, IntakeResult result) => Refuse(group, result, static write => write.IsRefusable);

    /// <summary>Answers all, and none is left.</summary>
    internal static void Answer(List<StoreWrite> group, IntakeResult result)
    {
        foreach (var write in group)
            write.Answer(result);
        CrashPoint.Reach(group, "answered");
        group.Clear();
    }

    static void Refuse(List<StoreWrite> group, IntakeResult result, Predicate<StoreWrite> isMeant)
    {
        foreach (var write in group)
        {
            if (isMeant(write))
                write.Answer(result);
        }
        group.RemoveAll(isMeant);
    }
}
