using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Posthouse.Gateway.Config;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse check FILE…</c>: everything wrong with the files, in one go.</summary>
static class CheckCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Configuration files, each checked by itself.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var config = new Option<string[]>("--config", "-c") { Description = "The same, as other commands name their file.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Write the problems as a JSON array, for editors." };
        var live = new Option<bool>("--live") { Description = "Connect to every remote as well, and show each step with its time." };
        var command = new Command("check", "Check configuration files. Exit code 1 for errors, 2 for a file that cannot be read.") { files, config, json, live };
        command.Validators.Add(parsed =>
        {
            if (All(parsed).Count == 0)
                parsed.AddError("No file is named.");
            if (parsed.GetValue(json) && parsed.GetValue(live))
                parsed.AddError("--json shows what is wrong with files; --live cannot stand beside it.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var console = parsed.InvocationConfiguration;
            var read = All(parsed.CommandResult).Select(path => ConfigurationFile.Read(path, check));
            return parsed.GetValue(json)
                ? Task.FromResult(WriteJson(read.ToList(), console))
                : WriteAsync(read, parsed.GetValue(live), console, cancellationToken);
        });
        return command;

        IReadOnlyList<string> All(CommandResult parsed) => [.. parsed.GetValue(files) ?? [], .. parsed.GetValue(config) ?? []];
    }

    static async Task<int> WriteAsync(IEnumerable<ConfigurationFile> files, bool live, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var report = new CheckReport(console.Output, showSource: true, TerminalColour.IsWanted());
        var exitCode = ExitCodes.Success;
        foreach (var file in files)
        {
            exitCode = Math.Max(exitCode, ExitCodeOf(file, console));
            if (file.Result is null)
                continue;
            report.Write(file.Path, file.Result);
            if (live && file.Result.Model is { } model && !await LiveCheck.RunAsync(model.Remotes, console.Output, cancellationToken))
                exitCode = Math.Max(exitCode, ExitCodes.Failure);
        }
        return exitCode;
    }

    static int WriteJson(List<ConfigurationFile> files, InvocationConfiguration console)
    {
        IReadOnlyList<CheckEntry> entries =
        [
            .. files.SelectMany(file => file.Result?.Problems ?? [])
                .Select(p => new CheckEntry(p.File, p.Line, p.Column, p.IsError ? "error" : "warning", p.Key, p.Message)),
        ];
        console.Output.WriteLine(JsonSerializer.Serialize(entries, CommandJson.Default.IReadOnlyListCheckEntry));
        return files.Max(file => ExitCodeOf(file, console));
    }

    static int ExitCodeOf(ConfigurationFile file, InvocationConfiguration console)
    {
        if (file.Result is not null)
            return file.HasErrors ? ExitCodes.Failure : ExitCodes.Success;
        console.Error.WriteLine($"posthouse: {PrintableText.Of(file.Path)}: {PrintableText.Of(file.Unreadable)}");
        return ExitCodes.Unreadable;
    }
}
