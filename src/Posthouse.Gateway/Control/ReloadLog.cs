using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

/// <summary>Tells of a reload that nobody waits for.</summary>
public static class ReloadLog
{
    /// <summary>Logs what a reload came to.</summary>
    public static void Tell(ILogger logger, ReloadResult result)
    {
        foreach (var problem in result.Problems)
            ControlLog.ReloadProblem(logger, problem.ToString());
        foreach (var key in result.NeedsRestart)
            ControlLog.NeedsRestart(logger, key);
        if (!result.IsApplied)
            ControlLog.ReloadRefused(logger, result.Refusal.Length > 0 ? result.Refusal : $"{result.Problems.Count(static problem => problem.IsError)} errors, told above");
    }
}
