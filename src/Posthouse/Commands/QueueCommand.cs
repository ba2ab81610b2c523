using System.CommandLine;
using System.Text.Json;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Queue;

namespace Posthouse.Commands;

/// <summary><c>posthouse queue …</c>: shows the queue, and has the running gateway act on it.</summary>
static class QueueCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var list = new Command("list", "List what waits, its hops and what is being done about it.") { json };
        list.SetAction(QueueFolder.AddTo(list, check, (parsed, queue, stop) => ListAsync(parsed, parsed.GetValue(json), queue, stop)));

        var ids = QueueIds.Argument(ArgumentArity.OneOrMore);
        var show = new Command("show", "Show messages with their recipients.") { ids, json };
        show.SetAction(QueueFolder.AddTo(show, check,
            (parsed, queue, stop) => ShowAsync(parsed, parsed.GetRequiredValue(ids), parsed.GetValue(json), queue, stop)));

        return new Command("queue", "Show the queue, or act on it through the gateway that runs.")
        {
            list,
            show,
            QueueActionCommand.Create(check, QueueAction.Retry,
                "Try messages now rather than when they are due. Exit code 1 for one that is held or is not in the queue."),
            QueueActionCommand.Create(check, QueueAction.Hold, "Let no attempt begin until a release, restarts included."),
            QueueActionCommand.Create(check, QueueAction.Release, "End a hold; what is due goes at once."),
            QueueActionCommand.Create(check, QueueAction.Cancel, "Take messages out of the queue and tell their senders."),
            QueueCheckCommand.Create(check),
            QueueExportCommand.Create(check),
            QueueDropCommand.Create(check),
        };
    }

    static async Task<int> ListAsync(ParseResult parsed, bool json, QueueClient queue, CancellationToken cancellationToken)
    {
        var (output, entries) = (parsed.InvocationConfiguration.Output, await queue.ListAsync(cancellationToken));
        if (json)
            await output.WriteLineAsync(JsonSerializer.Serialize(entries, ControlJson.Default.IReadOnlyListQueueEntry));
        else
            await output.WriteAsync(QueueText.Table(entries, DateTimeOffset.UtcNow));
        return ExitCodes.Success;
    }

    static async Task<int> ShowAsync(ParseResult parsed, string[] ids, bool json, QueueClient queue, CancellationToken cancellationToken)
    {
        var exitCode = ExitCodes.Success;
        foreach (var id in ids)
        {
            if (await queue.ShowAsync(id, cancellationToken) is not { } detail)
                exitCode = await QueueFolder.FailAsync(parsed, $"{id} is not in the queue", ExitCodes.Failure);
            else if (json)
                await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(detail, ControlJson.Default.QueueEntryDetail));
            else
                await parsed.InvocationConfiguration.Output.WriteAsync(QueueText.Of(detail, DateTimeOffset.UtcNow));
        }
        return exitCode;
    }
}
