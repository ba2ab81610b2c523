using System.CommandLine;
using System.Text.Json;
using Posthouse.Gateway.Config;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse config show FILE</c>: every setting as it holds, and where it comes from. Secrets are masked.</summary>
static class ConfigShowCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var file = new Argument<string>("FILE") { Description = "The configuration file." };
        var json = new Option<bool>("--json") { Description = "Write a JSON array." };
        var command = new Command("show", "Show every setting as it holds, and where it comes from; secrets are masked.") { file, json };
        command.SetAction(parsed =>
        {
            var console = parsed.InvocationConfiguration;
            var read = CheckedFile.Read(parsed.GetRequiredValue(file), check, console);
            if (read.Values is not { } values)
                return read.ExitCode;
            if (parsed.GetValue(json))
            {
                IReadOnlyList<ShownEntry> entries = [.. values.Select(v => new ShownEntry(v.Key, v.Value, v.File, v.Line))];
                console.Output.WriteLine(JsonSerializer.Serialize(entries, CommandJson.Default.IReadOnlyListShownEntry));
                return ExitCodes.Success;
            }
            foreach (var value in values)
                console.Output.WriteLine(PrintableText.Of($"{value.Key} = {value.Value}  # {value.Origin}"));
            return ExitCodes.Success;
        });
        return command;
    }
}
