using System.CommandLine;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Queue;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse queue drop ID</c>: takes out of quarantine what nobody will deliver. Each is named, so there is no other confirmation.</summary>
static class QueueDropCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var ids = QueueIds.Argument(ArgumentArity.OneOrMore);
        var command = new Command("drop",
            "Remove messages that are in quarantine, for good and without a word to anybody; 'queue check' names them, 'queue export' keeps a copy.") { ids };
        command.SetAction(QueueFolder.AddTo(command, check, (parsed, queue, stop) => DropAsync(parsed, parsed.GetRequiredValue(ids), queue, stop)));
        return command;
    }

    static async Task<int> DropAsync(ParseResult parsed, string[] ids, QueueClient queue, CancellationToken cancellationToken)
    {
        var exitCode = ExitCodes.Success;
        foreach (var id in ids)
        {
            var answer = await queue.DropAsync(id, cancellationToken);
            if (answer == QueueAnswer.Done)
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{PrintableText.Of(id)}: dropped");
            else
                exitCode = await QueueFolder.FailAsync(parsed, $"{id}: {(answer == QueueAnswer.NotFound ? "is not in quarantine" : QueueText.Of(answer))}",
                    ExitCodes.Failure);
        }
        return exitCode;
    }
}
