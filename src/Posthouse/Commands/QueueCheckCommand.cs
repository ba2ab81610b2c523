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
        var command = new Command("check",
            "Check every row of the queue. Exit code 1 for damage or messages in quarantine, 2 for a queue that cannot be read.");
        command.SetAction(QueueFolder.AddTo(command, check, static (parsed, folder, _) => Task.FromResult(Check(folder, parsed.InvocationConfiguration))));
        return command;
    }

    static int Check(string folder, InvocationConfiguration console)
    {
        try
        {
            var found = StoreCheck.Run(folder);
            foreach (var problem in found.Problems)
                console.Output.WriteLine(PrintableText.Of(problem));
            console.Output.WriteLine(PrintableText.Of(
                $"{folder}: {QueueText.Count(found.Messages, "message", "messages")} to {QueueText.Count(found.Recipients, "recipient", "recipients")}, {QueueText.Count(found.Octets, "octet", "octets")}: "
                + (found.Problems.Count == 0 ? "ok" : QueueText.Count(found.Problems.Count, "problem", "problems"))));
            return found.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"posthouse: {PrintableText.Of(e.Message)}");
            return ExitCodes.Unreadable;
        }
    }
}
