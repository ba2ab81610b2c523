using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse remotes …</c>: shows the remotes of the running gateway, tries them, and has their kept answers forgotten.</summary>
static class RemotesCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Write JSON." };
    static readonly Option<bool> All = new("--all") { Description = "Of every remote." };
    static readonly Option<string?> Name = new("--name") { Description = "Only what is kept of this address, login or list.", HelpName = "NAME" };

    public static Command Create(Func<string, ConfigResult> check)
    {
        var list = new Command("list", "Show pools, caches and breakers of the gateway that runs.") { Json };
        list.SetAction(QueueFolder.AddTo(list, check, (ParseResult parsed, RemotesClient remotes, CancellationToken stop) =>
            ListAsync(remotes, parsed.GetValue(Json), parsed.InvocationConfiguration, stop)));

        var some = new Argument<string[]>("ID") { Description = "Remotes; none = all of them.", Arity = ArgumentArity.ZeroOrMore };
        var config = QueueFolder.NewOption("The configuration file.");
        var test = new Command("test", "Connect to each endpoint from here, step by step. Exit code 1 where one is not ready to be asked.") { config, some };
        test.SetAction((parsed, stop) => TestAsync(check, parsed, parsed.GetRequiredValue(config), parsed.GetValue(some) ?? [], stop));

        var one = new Argument<string?>("ID") { Description = "The remote.", Arity = ArgumentArity.ZeroOrOne };
        var flush = new Command("flush", "Forget what a remote has answered, so that it is asked anew.") { All, Name, one };
        flush.Validators.Add(parsed =>
        {
            if (parsed.GetValue(one) is null == !parsed.GetValue(All))
                parsed.AddError("flush: name a remote, or --all");
        });
        flush.SetAction(QueueFolder.AddTo(flush, check, (ParseResult parsed, RemotesClient remotes, CancellationToken stop) =>
            FlushAsync(remotes, parsed.GetValue(one), parsed.GetValue(Name), parsed.InvocationConfiguration, stop)));

        return new Command("remotes", "Show the remotes of the gateway that runs, try them, or forget what they answered.") { list, test, flush };
    }

    static async Task<int> ListAsync(RemotesClient remotes, bool asJson, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var all = await remotes.ListAsync(cancellationToken);
        if (asJson)
        {
            await console.Output.WriteLineAsync(JsonSerializer.Serialize(all, ControlJson.Default.IReadOnlyListRemoteHostSnapshot));
            return ExitCodes.Success;
        }
        foreach (var line in RemotesText.Table(all))
            await console.Output.WriteLineAsync(line);
        return ExitCodes.Success;
    }

    static async Task<int> TestAsync(
        Func<string, ConfigResult> check, ParseResult parsed, string path, string[] ids, CancellationToken cancellationToken)
    {
        var console = parsed.InvocationConfiguration;
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
            return Fail(console, $"{path}: {file.Unreadable}", ExitCodes.Unreadable);
        if (file.Result.Model is not { } model)
            return Fail(console, $"{path} has errors; see 'posthouse check'", ExitCodes.Failure);
        if (ids.FirstOrDefault(id => model.Remotes.All(remote => remote.Id != id)) is { } unknown)
            return Fail(console, Unknown(unknown, model.Remotes.Select(remote => remote.Id)), ExitCodes.Failure);
        var areReady = await LiveCheck.RunAsync(model.Remotes.Where(remote => ids.Length == 0 || ids.Contains(remote.Id)), console.Output, cancellationToken);
        return areReady ? ExitCodes.Success : ExitCodes.Failure;
    }

    static async Task<int> FlushAsync(RemotesClient remotes, string? id, string? name, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        if (await remotes.FlushAsync(id, name, cancellationToken) is not { } answers)
            return Fail(console, Unknown(id!, (await remotes.ListAsync(cancellationToken)).Select(remote => remote.Id)), ExitCodes.Failure);
        await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{answers} {(answers == 1 ? "answer" : "answers")} forgotten"));
        return ExitCodes.Success;
    }

    static string Unknown(string id, IEnumerable<string> known) =>
        $"there is no remote {id}; {(known.ToList() is { Count: > 0 } names ? $"there is {string.Join(", ", names)}" : "none is defined")}";

    static int Fail(InvocationConfiguration console, string message, int exitCode)
    {
        console.Error.WriteLine($"posthouse: {PrintableText.Of(message)}");
        return exitCode;
    }
}
