using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

/// <summary>Tells of a reload that nobody waits for.</summary>
public static class ReloadLog
{
    /// <summary>Logs what a reload came to.</summary>
    public static void Tell(ILogger logger, ReloadResult result)
    {
        foreach (var problem in result.Problems)
        {
            if (problem.IsError)
                ControlLog.ReloadError(logger, problem.ToString());
            else
                ControlLog.ReloadProblem(logger, problem.ToString());
        }
        foreach (var key in result.NeedsRestart)
            ControlLog.NeedsRestart(logger, key);
        if (!result.IsApplied)
            ControlLog.ReloadRefused(logger, ReasonOf(result));
    }

    /// <summary>Why it was not applied.</summary>
    public static string ReasonOf(ReloadResult result) =>
        result.Refusal.Length > 0 ? result.Refusal
        : result.Problems.Count(static problem => problem.IsError) is 1 ? "it has an error, told above"
        : string.Create(CultureInfo.InvariantCulture, $"it has {result.Problems.Count(static problem => problem.IsError)} errors, told above");
}
