using System.CommandLine;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Queue;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>
/// <c>posthouse queue export ID --to FILE</c>: the rows of a message as they are, for what is in quarantine; beside a running gateway or without one.
/// </summary>
static class QueueExportCommand
{
    public static Command Create(Func<string, ConfigResult> check)
    {
        var id = new Argument<string>("ID") { Description = "A queue id." };
        var to = new Option<string>("--to") { Description = "The file to write, which must not be there yet.", HelpName = "FILE", Required = true };
        var command = new Command("export",
            "Write a message's rows into a file as they are, damaged or not: JSON, with its body in pieces of base64. The queue stays as it is.") { id, to };
        command.SetAction(QueueFolder.AddTo(command, check,
            (parsed, folder, _) => ExportAsync(parsed, folder, parsed.GetRequiredValue(id), parsed.GetRequiredValue(to))));
        return command;
    }

    static async Task<int> ExportAsync(ParseResult parsed, string folder, string id, string to)
    {
        try
        {
            // It is somebody's mail.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            bool isThere;
            await using (var file = new FileStream(to, options))
                isThere = StoreExport.TryWrite(folder, id, file);
            if (isThere)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(PrintableText.Of($"{id}: written to {to}"));
                return ExitCodes.Success;
            }
            File.Delete(to);
            return await QueueFolder.FailAsync(parsed, $"{id} is neither in the queue nor in quarantine", ExitCodes.Failure);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await QueueFolder.FailAsync(parsed, e.Message, ExitCodes.Failure);
        }
    }
}
