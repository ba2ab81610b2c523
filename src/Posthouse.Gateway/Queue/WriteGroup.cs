namespace Posthouse.Gateway.Queue;

/// <summary>How writes that go together are answered.</summary>
static class WriteGroup
{
    /// <summary>Refuses the mail among them; what is about mail that is here already stays.</summary>
    internal static void Refuse(List<StoreWrite> group, IntakeResult result)
    {
        foreach (var write in group)
        {
            if (write.IsIntake)
                write.Answer(result);
        }
        group.RemoveAll(static write => write.IsIntake);
    }

    /// <summary>Answers all, and none is left.</summary>
    internal static void Answer(List<StoreWrite> group, IntakeResult result)
    {
        foreach (var write in group)
            write.Answer(result);
        CrashPoint.Reach(group, "answered");
        group.Clear();
    }
}
