namespace Posthouse.Commands;

/// <summary>Whether what is written to standard output may be coloured.</summary>
static class TerminalColour
{
    /// <summary>On a terminal that is not dumb, unless <c>NO_COLOR</c> says anything (no-color.org).</summary>
    public static bool IsWanted() => IsWanted(
        isTerminal: !Console.IsOutputRedirected, Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("TERM"));

    public static bool IsWanted(bool isTerminal, string? noColour, string? terminal) =>
        isTerminal && string.IsNullOrEmpty(noColour) && terminal != "dumb";
}
