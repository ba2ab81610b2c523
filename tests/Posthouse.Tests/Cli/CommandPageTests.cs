using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using Posthouse.Commands;

namespace Posthouse.Tests.Cli;

/// <summary>docs/commands.md, from the commands themselves, as --help has it.</summary>
public class CommandPageTests
{
    const string Start =
        """
        # Commands

        Every command with its arguments and options, as `posthouse COMMAND --help` shows them. What a command exits with stands in its description
        where that is more than 0 for success, 1 for a failure and 2 for a wrong call or a file that cannot be read.

        """;

    [Fact]
    public void The_page_says_what_the_commands_take()
    {
        var page = new StringBuilder(Start.ReplaceLineEndings("\n"));
        Add(page, PosthouseCommand.Create(), "posthouse");
        var path = Path.Combine(Root, "docs", "commands.md");
        if (Environment.GetEnvironmentVariable("POSTHOUSE_UPDATE_DOCS") == "1")
            File.WriteAllText(path, page.ToString());
        Assert.True(File.ReadAllText(path) == page.ToString(), "docs/commands.md is stale: run this test with POSTHOUSE_UPDATE_DOCS=1");
    }

    [Fact]
    public void Every_command_argument_and_option_says_what_it_is_for() => Assert.All(
        All(PosthouseCommand.Create()),
        command => Assert.All(
            command.Options.Where(IsOurs).Select(option => option.Description).Concat(command.Arguments.Select(argument => argument.Description)).Append(command.Description),
            description => Assert.EndsWith(".", description, StringComparison.Ordinal)));

    static void Add(StringBuilder page, Command command, string name)
    {
        if (command.Subcommands.Count == 0 || command.Options.Any(IsOurs))
        {
            page.Append("\n## `").Append(name).Append(string.Concat(command.Arguments.Select(argument => $" {argument.Name}"))).Append("`\n\n").Append(command.Description).Append('\n');
            List<string> rows =
            [
                .. command.Arguments.Select(argument => $"| `{argument.Name}` | {argument.Description} |\n"),
                .. command.Options.Where(IsOurs).Select(option =>
                    $"| {string.Join(", ", option.Aliases.Prepend(option.Name).Select(alias => $"`{alias}`"))}{(option.HelpName is { } value ? $" `{value}`" : "")} | {(option.Required ? "Required. " : "")}{option.Description} |\n"),
            ];
            if (rows.Count > 0)
                page.Append("\n| | |\n|---|---|\n").AppendJoin("", rows);
        }
        foreach (var below in command.Subcommands.Where(below => !below.Hidden))
            Add(page, below, $"{name} {below.Name}");
    }

    static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    static bool IsOurs(Option option) => !option.Hidden && option.Name is not ("--help" or "--version");

    static string Root => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    static string Here([CallerFilePath] string path = "") => path;
}
