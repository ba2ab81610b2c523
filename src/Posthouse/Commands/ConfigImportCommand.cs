using System.CommandLine;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Importing;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse config import FILE</c>: the directories of a later Stalwart as remotes, on standard output.</summary>
static class ConfigImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A configuration file of Stalwart 0.5 to 0.15." };
        var command = new Command("import", "Turn [directory.*] of type imap, smtp and lmtp of a later Stalwart into [remote.*]; what is ours already is kept as it is, the rest becomes comments.") { file };
        command.SetAction(parsed =>
        {
            var console = parsed.InvocationConfiguration;
            var path = parsed.GetRequiredValue(file);
            string? imported = null;
            var read = ConfigurationFile.Read(path, from =>
            {
                var (toml, problems) = DirectoryImport.Read(from);
                imported = toml;
                return new ConfigResult(null, problems);
            });
            if (read.Result is null)
            {
                console.Error.WriteLine($"posthouse: {PrintableText.Of(path)}: {PrintableText.Of(read.Unreadable)}");
                return ExitCodes.Unreadable;
            }
            if (imported is null)
            {
                new CheckReport(console.Error, showSource: false).Write(path, read.Result);
                return ExitCodes.Failure;
            }
            console.Output.Write(imported);
            return ExitCodes.Success;
        });
        return command;
    }
}
