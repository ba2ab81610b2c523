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
            (parsed, folder, cancellationToken) => QueueFolder.UntilInterruptedAsync(
                parsed, stop => ExportAsync(parsed, folder, parsed.GetRequiredValue(id), parsed.GetRequiredValue(to), stop), cancellationToken)));
        return command;
    }

    static async Task<int> ExportAsync(ParseResult parsed, string folder, string id, string to, CancellationToken cancellationToken)
    {
        try
        {
            // It is somebody's mail.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var isWhole = false;
            var file = new FileStream(to, options);
            try
            {
                await using (file)
                    isWhole = StoreExport.TryWrite(folder, id, file, cancellationToken);
            }
            finally
            {
                // Nobody else's, since it was not there before. Half a message must not be taken for a whole one.
                if (!isWhole)
                    File.Delete(to);
            }
            if (!isWhole)
                return await QueueFolder.FailAsync(parsed, $"{id} is neither in the queue nor in quarantine", ExitCodes.Failure);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(PrintableText.Of($"{id}: written to {to}"));
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await QueueFolder.FailAsync(parsed, e.Message, ExitCodes.Failure);
        }
    }
}
