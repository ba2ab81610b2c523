using System.CommandLine;
using System.Text.Json;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Effective;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse config diff A B</c>: what two files do not agree on. Exit code 1 where there is something, as of diff.</summary>
static class ConfigDiffCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var a = new Argument<string>("A") { Description = "A configuration file." };
        var b = new Argument<string>("B") { Description = "The one to compare it with." };
        var json = new Option<bool>("--json") { Description = "Write a JSON array." };
        var command = new Command("diff", "Show the settings that two files do not agree on. Exit code 1 where there is one, 2 where a file cannot be read or has errors.") { a, b, json };
        command.SetAction(parsed =>
        {
            var console = parsed.InvocationConfiguration;
            var first = CheckedFile.Read(parsed.GetRequiredValue(a), check, console);
            var second = CheckedFile.Read(parsed.GetRequiredValue(b), check, console);
            // 1 says that they differ, which nobody knows here.
            if (first.Values is null || second.Values is null)
                return ExitCodes.Unreadable;
            var differences = ConfigDifference.Between(first.Values, second.Values);
            if (parsed.GetValue(json))
                WriteJson(differences, console.Output);
            else
                Write(differences, console.Output);
            return differences.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    static void Write(IReadOnlyList<ConfigDifference> differences, TextWriter output)
    {
        foreach (var (key, a, b, isSecret) in differences)
        {
            if (isSecret)
            {
                output.WriteLine(PrintableText.Of($"! {key}: a secret differs"));
                continue;
            }
            if (a is not null)
                output.WriteLine(PrintableText.Of($"- {key} = {a}"));
            if (b is not null)
                output.WriteLine(PrintableText.Of($"+ {key} = {b}"));
        }
    }

    static void WriteJson(IReadOnlyList<ConfigDifference> differences, TextWriter output)
    {
        IReadOnlyList<DifferenceEntry> entries = [.. differences.Select(d => new DifferenceEntry(d.Key, d.A, d.B, d.IsSecret))];
        output.WriteLine(JsonSerializer.Serialize(entries, CommandJson.Default.IReadOnlyListDifferenceEntry));
    }
}
