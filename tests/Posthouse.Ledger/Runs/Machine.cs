using System.Diagnostics;

namespace Posthouse.Ledger.Runs;

/// <summary>What this machine lets us do.</summary>
static class Machine
{
    /// <summary>The exit code of a run that this machine cannot have.</summary>
    internal const int Cannot = 77;

    internal static bool CanTrace() => Works("strace", "-f", "-o", "/dev/null", "true");

    static bool Works(params string[] line)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
