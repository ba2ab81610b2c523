using System.CommandLine;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse reload --config FILE</c>: has the running gateway read its configuration anew, and says what came of it.</summary>
static class ReloadCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "The configuration file, which names the queue's folder, where the gateway is found.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command(
            "reload",
            "Have the running gateway reload its configuration, and wait. Exit code 1 where it keeps the old one, 2 for a file that cannot be read.") { config };
        command.SetAction((parsed, cancellationToken) =>
            ReloadAsync(parsed.GetRequiredValue(config), check, parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    static async Task<int> ReloadAsync(
        string path, Func<string, ConfigResult> check, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
            return Fail(console, $"{path}: {file.Unreadable}", ExitCodes.Unreadable);
        // Its errors are the gateway's to tell, which may see other files and another environment than this command does.
        if (file.Result.QueueFolder is not { } folder)
        {
            Report(console).Write(path, file.Result);
            return Fail(console, "nothing was reloaded: the file does not say where the gateway's queue is", ExitCodes.Failure);
        }
        try
        {
            return Tell(await ReloadClient.AskAsync(folder, cancellationToken), console);
        }
        catch (HttpRequestException e)
        {
            if (file.HasErrors)
                Report(console).Write(path, file.Result);
            return Fail(console, $"no gateway runs on {folder}: {e.Message} (a new queue.path needs a restart)", ExitCodes.Failure);
        }
    }

    static int Tell(ReloadAnswer answer, InvocationConfiguration console)
    {
        if (answer.Result is not { } result)
            return Fail(console, $"{answer.File}: not reloaded, the configuration before stays in force: {answer.Unreadable}", ExitCodes.Unreadable);
        Report(console).Write(answer.File, new ConfigResult(null, result.Problems));
        if (!result.IsApplied)
        {
            var why = result.Refusal.Length > 0 ? result.Refusal : "it has errors";
            return Fail(console, $"{answer.File}: not reloaded, the configuration before stays in force: {why}", ExitCodes.Failure);
        }
        foreach (var key in result.NeedsRestart)
            console.Output.WriteLine(PrintableText.Of($"{key} has changed and takes effect at the next start"));
        console.Output.WriteLine(PrintableText.Of($"{answer.File}: reloaded: {result.Remotes}"));
        return ExitCodes.Success;
    }

    static CheckReport Report(InvocationConfiguration console) => new(console.Output, showSource: true, TerminalColour.IsWanted());

    static int Fail(InvocationConfiguration console, string message, int exitCode)
    {
        console.Error.WriteLine($"posthouse: {PrintableText.Of(message)}");
        return exitCode;
    }
}
