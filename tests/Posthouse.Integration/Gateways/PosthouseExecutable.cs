using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Gateways;

/// <summary>The binary under test: <c>POSTHOUSE_EXE</c>, else the one that was built beside the tests.</summary>
static class PosthouseExecutable
{
    public static string Path { get; } = Environment.GetEnvironmentVariable("POSTHOUSE_EXE")
        ?? System.IO.Path.Combine(AppContext.BaseDirectory, "posthouse");

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var running = RunningProgram.Start(Path, arguments);
        var code = await running.WaitForExitAsync(TimeSpan.FromSeconds(20));
        return (code, running.Output);
    }
}
