using System.CommandLine;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Queue;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse queue retry|hold|release|cancel</c>, for messages by their ids, for all of a hop, or for all.</summary>
static class QueueActionCommand
{
    public static Command Create(Func<string, ConfigResult> check, QueueAction action, string description)
    {
        var name = action.ToString().ToLowerInvariant();
        var ids = QueueIds.Argument(ArgumentArity.ZeroOrMore);
        var all = new Option<bool>("--all") { Description = "Every message." };
        var hop = new Option<string?>("--hop") { Description = OfHop(action), HelpName = "HOP" };
        var noReport = new Option<bool>("--no-report") { Description = "Do not tell the senders." };
        var command = new Command(name, description) { ids, all, hop };
        if (action == QueueAction.Cancel)
            command.Add(noReport);
        command.Validators.Add(parsed =>
        {
            var ways = (parsed.GetResult(ids)?.Tokens.Count > 0 ? 1 : 0) + (parsed.GetResult(hop) is { Implicit: false } ? 1
                : 0) + (parsed.GetResult(all) is { Implicit: false } ? 1 : 0);
            if (ways != 1)
                parsed.AddError($"{name}: {(ways == 0 ? "name" : "only one of these:")} queue ids, --hop HOP or --all");
        });
        command.SetAction(QueueFolder.AddTo(command, check, (parsed, queue, stop) =>
        {
            var withReport = action != QueueAction.Cancel || !parsed.GetValue(noReport);
            return parsed.GetValue(ids) is { Length: > 0 } some
                ? ActAsync(parsed, some, action, withReport, queue, stop)
                : ActOnAllAsync(parsed, parsed.GetValue(hop), action, withReport, queue, stop);
        }));
        return command;
    }

    static string OfHop(QueueAction action) => action switch
    {
        QueueAction.Cancel => "Every recipient on its way to this remote, or to mx/DOMAIN; others of the same message stay.",
        QueueAction.Hold => "Every message on its way to this remote, or to mx/DOMAIN; it is held whole, its recipients at other hops included.",
        QueueAction.Release => "Every message on its way to this remote, or to mx/DOMAIN; it is released whole.",
        _ => "Every message on its way to this remote, or to mx/DOMAIN.",
    };

    static async Task<int> ActAsync(ParseResult parsed, string[] ids, QueueAction action, bool withReport, QueueClient queue,
        CancellationToken cancellationToken)
    {
        var exitCode = ExitCodes.Success;
        foreach (var id in ids)
        {
            var answer = await queue.ActAsync(id, action, withReport, cancellationToken);
            if (answer is QueueAnswer.Done or QueueAnswer.Unchanged or QueueAnswer.Throttled)
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{PrintableText.Of(id)}: {QueueText.Of(answer)}");
            else
                exitCode = await QueueFolder.FailAsync(parsed, $"{id}: {QueueText.Of(answer)}", ExitCodes.Failure);
        }
        return exitCode;
    }

    static async Task<int> ActOnAllAsync(ParseResult parsed, string? hop, QueueAction action, bool withReport, QueueClient queue,
        CancellationToken cancellationToken)
    {
        var counts = await queue.ActOnAllAsync(hop, action, withReport, cancellationToken);
        if (counts.Refusal.Length > 0)
            return await QueueFolder.FailAsync(parsed, counts.Refusal, ExitCodes.Failure);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(QueueText.Of(counts, action));
        if (counts.IsDiskBusy)
            await QueueFolder.FailAsync(parsed, "ended before the last message, since the disk has not taken what came before; try again", ExitCodes.Failure);
        if (counts.IsUnwritten)
            await QueueFolder.FailAsync(parsed, "the disk has not taken all of it yet: a restart of the gateway may undo it", ExitCodes.Failure);
        return counts is { Failed: 0, Busy: 0, Unrouted: 0, IsDiskBusy: false, IsUnwritten: false } ? ExitCodes.Success : ExitCodes.Failure;
    }
}
