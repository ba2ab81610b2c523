using System.CommandLine;
using System.Net.Sockets;
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
        var queue = new Option<string?>("--queue", "-q")
        {
            Description = "The queue's folder of the running gateway, where the file names another by now, or cannot be read.",
            HelpName = "FOLDER",
        };
        var command = new Command(
            "reload",
            "Have the running gateway reload its configuration, and wait. Exit code 1 where it keeps the old one, 2 for a file that cannot be read.") { config, queue };
        command.SetAction((parsed, cancellationToken) =>
            ReloadAsync(parsed.GetRequiredValue(config), parsed.GetValue(queue), check, parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    static async Task<int> ReloadAsync(
        string path, string? queue, Func<string, ConfigResult> check, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
            return Fail(console, $"{path}: {file.Unreadable}", ExitCodes.Unreadable);
        // Its errors are the gateway's to tell, which may see other files and another environment than this command does, and has a log.
        if ((queue ?? file.Result.QueueFolder) is not { } folder)
        {
            Report(console).Write(path, file.Result);
            return Fail(console, "nothing was reloaded: queue.path has an error, so that the gateway is not found; --queue FOLDER names its folder", ExitCodes.Failure);
        }
        try
        {
            return Tell(await ReloadClient.AskAsync(folder, cancellationToken), console);
        }
        catch (HttpRequestException e)
        {
            if (file.HasErrors)
                Report(console).Write(path, file.Result);
            var hint = queue is null ? " Where queue.path has changed, which takes a restart, --queue FOLDER names the old one." : "";
            return Fail(console, $"nothing was reloaded: no gateway answers in {folder}, the queue's folder{(queue is null ? " by this file" : "")} ({ReasonOf(e)}).{hint}", ExitCodes.Failure);
        }
    }

    static string ReasonOf(HttpRequestException fault) => fault.InnerException is SocketException { SocketErrorCode: var code }
        ? code switch
        {
            SocketError.AddressNotAvailable or SocketError.HostNotFound or SocketError.NetworkDown => "there is no control socket",
            SocketError.ConnectionRefused => "none runs",
            SocketError.AccessDenied => "this user may not: run it as the gateway's user",
            _ => fault.InnerException.Message,
        }
        : fault.Message;

    static int Tell(ReloadAnswer answer, InvocationConfiguration console)
    {
        if (answer.Result is not { } result)
            return Fail(console, $"{answer.File}: not reloaded, the configuration before stays in force: {answer.Unreadable}", ExitCodes.Unreadable);
        Report(console).Write(answer.File, new ConfigResult(null, result.Problems));
        if (!result.IsApplied)
        {
            return Fail(console, $"{answer.File}: not reloaded, the configuration before stays in force: {ReloadLog.ReasonOf(result)}", ExitCodes.Failure);
        }
        foreach (var key in result.NeedsRestart)
            console.Output.WriteLine(PrintableText.Of($"{key} has changed and takes effect at the next start"));
        console.Output.WriteLine(PrintableText.Of($"{answer.File}: reloaded: {result.Changes}"));
        return ExitCodes.Success;
    }

    static CheckReport Report(InvocationConfiguration console) => new(console.Output, showSource: true, TerminalColour.IsWanted());

    static int Fail(InvocationConfiguration console, string message, int exitCode)
    {
        console.Error.WriteLine($"posthouse: {PrintableText.Of(message)}");
        return exitCode;
    }
}
