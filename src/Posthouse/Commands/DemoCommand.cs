using System.CommandLine;
using Posthouse.Demo;

namespace Posthouse.Commands;

/// <summary><c>posthouse demo</c>: the gateway between two sandboxes, and a client that plays the main job.</summary>
static class DemoCommand
{
    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "End after the last step: exit code 0, or 1 if a step was not as expected." };
        var command = new Command("demo", "Watch the gateway work between two small mail servers, without any set-up.") { once };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var signals = new ShutdownSignals();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Requested, cancellationToken);
            try
            {
                return await DemoRun.PlayAsync(parsed.InvocationConfiguration.Output, !Console.IsOutputRedirected, parsed.GetValue(once), stop.Token)
                    ? ExitCodes.Success
                    : ExitCodes.Failure;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return ExitCodes.Failure; // Interrupted before the last step.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"posthouse: {e.Message}");
                return ExitCodes.Failure;
            }
        });
        return command;
    }
}
