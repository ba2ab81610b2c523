using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Queue;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse queue …</c>: shows the queue, and has the running gateway act on it.</summary>
static class QueueCommand
{
    static readonly Option<string> Config = new("--config", "-c") { Description = "The configuration file, which names the queue's folder.", HelpName = "FILE", Required = true };
    static readonly Option<bool> Json = new("--json") { Description = "Write JSON." };
    static readonly Option<bool> NoReport = new("--no-report") { Description = "Do not tell the sender." };
    static readonly Option<bool> All = new("--all") { Description = "Every message." };
    static readonly Option<string?> Hop = new("--hop") { Description = "Every message last tried at this remote.", HelpName = "ID" };

    public static Command Create(Func<string, ConfigResult> check)
    {
        var some = new Argument<string[]>("ID") { Description = "Queue ids.", Arity = ArgumentArity.OneOrMore };
        var any = new Argument<string[]>("ID") { Description = "Queue ids.", Arity = ArgumentArity.ZeroOrMore };
        var retry = Make("retry", "Try messages now.", [Config, All, Hop], (parsed, queue, stop) => RetryAsync(parsed, parsed.GetValue(any) ?? [], queue, stop), any);
        retry.Validators.Add(parsed =>
        {
            if (parsed.GetValue(any) is not { Length: > 0 } && !parsed.GetValue(All) && parsed.GetValue(Hop) is null)
                parsed.AddError("retry: name queue ids, --hop ID or --all");
        });
        return new Command("queue", "Show the queue, or act on it through the gateway that runs.")
        {
            Make("list", "List what waits.", [Config, Json], (parsed, queue, stop) => ListAsync(parsed, queue, stop)),
            Make("show", "Show messages with their recipients.", [Config, Json], (parsed, queue, stop) => ShowAsync(parsed, parsed.GetRequiredValue(some), queue, stop), some),
            retry,
            Make("hold", "Let no attempt begin, until a release.", [Config], (parsed, queue, stop) => ActAsync(parsed, parsed.GetRequiredValue(some), "hold", queue, stop), some),
            Make("release", "End a hold.", [Config], (parsed, queue, stop) => ActAsync(parsed, parsed.GetRequiredValue(some), "release", queue, stop), some),
            Make("cancel", "Take messages out of the queue and tell their senders.", [Config, NoReport], (parsed, queue, stop) => ActAsync(
                parsed, parsed.GetRequiredValue(some), parsed.GetValue(NoReport) ? "cancel?report=false" : "cancel", queue, stop), some),
            QueueCheckCommand.Create(check),
        };

        Command Make(string name, string description, Option[] options, Func<ParseResult, QueueClient, CancellationToken, Task<int>> run, Argument? argument = null)
        {
            var command = new Command(name, description);
            foreach (var option in options)
                command.Add(option);
            if (argument is not null)
                command.Add(argument);
            command.SetAction((parsed, cancellationToken) => RunAsync(check, parsed, run, cancellationToken));
            return command;
        }
    }

    static async Task<int> RunAsync(
        Func<string, ConfigResult> check, ParseResult parsed, Func<ParseResult, QueueClient, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        var path = parsed.GetRequiredValue(Config);
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
            return await FailAsync(parsed, $"{path}: {file.Unreadable}", ExitCodes.Unreadable);
        if (file.Result.Model is not { } model)
            return await FailAsync(parsed, $"{path} has errors; see 'posthouse check'", ExitCodes.Failure);
        using var queue = new QueueClient(model.Queue.Path);
        try
        {
            return await run(parsed, queue, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            return await FailAsync(parsed, $"no gateway runs on {model.Queue.Path}: {e.Message}", ExitCodes.Failure);
        }
        catch (IOException e)
        {
            return await FailAsync(parsed, e.Message, ExitCodes.Failure);
        }
    }

    static async Task<int> ListAsync(ParseResult parsed, QueueClient queue, CancellationToken cancellationToken)
    {
        var (output, entries) = (parsed.InvocationConfiguration.Output, await queue.ListAsync(cancellationToken));
        if (parsed.GetValue(Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(entries, ControlJson.Default.IReadOnlyListQueueEntry));
            return ExitCodes.Success;
        }
        foreach (var entry in entries)
            await output.WriteLineAsync(QueueText.Line(entry));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{entries.Count} messages wait"));
        return ExitCodes.Success;
    }

    static async Task<int> ShowAsync(ParseResult parsed, string[] ids, QueueClient queue, CancellationToken cancellationToken)
    {
        var exitCode = ExitCodes.Success;
        foreach (var id in ids)
        {
            if (await queue.ShowAsync(id, cancellationToken) is not { } detail)
                exitCode = await FailAsync(parsed, $"{id} is not in the queue", ExitCodes.Failure);
            else if (parsed.GetValue(Json))
                await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(detail, ControlJson.Default.QueueEntryDetail));
            else
                await parsed.InvocationConfiguration.Output.WriteAsync(QueueText.Of(detail));
        }
        return exitCode;
    }

    static async Task<int> RetryAsync(ParseResult parsed, string[] ids, QueueClient queue, CancellationToken cancellationToken)
    {
        var hop = parsed.GetValue(Hop);
        if (!parsed.GetValue(All) && hop is null)
            return await ActAsync(parsed, ids, "retry", queue, cancellationToken);
        var messages = await queue.FlushAsync(hop, cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{messages} messages are tried now"));
        return ExitCodes.Success;
    }

    static async Task<int> ActAsync(ParseResult parsed, string[] ids, string action, QueueClient queue, CancellationToken cancellationToken)
    {
        var exitCode = ExitCodes.Success;
        foreach (var id in ids)
        {
            var answer = await queue.ActAsync(id, action, cancellationToken);
            var words = QueueText.Of(answer);
            if (answer is QueueAnswer.Done or QueueAnswer.Unchanged)
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{PrintableText.Of(id)}: {words}");
            else
                exitCode = await FailAsync(parsed, $"{id}: {words}", ExitCodes.Failure);
        }
        return exitCode;
    }

    static async Task<int> FailAsync(ParseResult parsed, string message, int exitCode)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"posthouse: {PrintableText.Of(message)}");
        return exitCode;
    }
}
