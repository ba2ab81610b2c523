using System.CommandLine;
using System.CommandLine.Parsing;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>
/// An option that a command does not have would be taken for a file or a queue id, and be told as one that is not there.
/// </summary>
static class UnknownOptions
{
    /// <summary>Has a command and all below it refuse them by name.</summary>
    internal static T Refuse<T>(T command)
        where T : Command
    {
        command.Validators.Add(Refuse);
        foreach (var below in command.Subcommands)
            Refuse(below);
        return command;
    }

    static void Refuse(CommandResult result)
    {
        foreach (var word in result.Children.OfType<ArgumentResult>().SelectMany(static argument => argument.Tokens).Select(static token => token.Value))
        {
            if (word.Length > 1 && word[0] == '-')
                result.AddError($"{result.Command.Name} has no option {PrintableText.Of(word)}. A file of that name is ./{PrintableText.Of(word)}.");
        }
    }
}
