using System.CommandLine;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Queue;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse queue check --config FILE</c>: walks the whole store, beside a running gateway or without one.</summary>
static class QueueCheckCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var config = new Option<string>("--config", "-c") { Description = "The configuration file.", HelpName = "FILE", Required = true };
        var command = new Command("check", "Check every row of the queue. Exit code 1 for damage or messages in quarantine, 2 for a queue that cannot be read.") { config };
        command.SetAction(parsed => Check(parsed.GetRequiredValue(config), check, parsed.InvocationConfiguration));
        return command;
    }

    static int Check(string path, Func<string, ConfigResult> check, InvocationConfiguration console)
    {
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
        {
            console.Error.WriteLine($"posthouse: {PrintableText.Of(path)}: {PrintableText.Of(file.Unreadable)}");
            return ExitCodes.Unreadable;
        }
        if (file.HasErrors || file.Result.Model is not { } model)
        {
            new CheckReport(console.Error, showSource: false).Write(path, file.Result);
            return ExitCodes.Failure;
        }

        try
        {
            var found = StoreCheck.Run(model.Queue.Path);
            foreach (var problem in found.Problems)
                console.Output.WriteLine(PrintableText.Of(problem));
            console.Output.WriteLine(PrintableText.Of(
                $"{model.Queue.Path}: {found.Messages} messages to {found.Recipients} recipients, {found.Octets} octets: {(found.Problems.Count == 0 ? "ok" : $"{found.Problems.Count} problems")}"));
            return found.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"posthouse: {PrintableText.Of(e.Message)}");
            return ExitCodes.Unreadable;
        }
    }
}
