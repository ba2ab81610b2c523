using System.CommandLine;
using System.Net.Sockets;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>What the commands of the queue share: the file that says where it is, and what is told where it cannot be had.</summary>
static class QueueFolder
{
    /// <summary>Gives a command its <c>--config</c>, and an action that has the queue's folder; the file's other errors are no concern of it.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> AddTo(
        Command command, Func<string, ConfigResult> check, Func<ParseResult, string, CancellationToken, Task<int>> run)
    {
        var config = NewOption("The configuration file, which names the queue's folder.");
        command.Add(config);
        return async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(config);
            var file = ConfigurationFile.Read(path, check);
            if (file.Result is null)
                return await FailAsync(parsed, $"{path}: {file.Unreadable}", ExitCodes.Unreadable);
            return file.Result.QueueFolder is { } folder
                ? await run(parsed, folder, cancellationToken)
                : await FailAsync(parsed, $"{path} does not say where the queue is, since it cannot be read to its end; see 'posthouse check'",
                    ExitCodes.Failure);
        };
    }

    /// <summary>The same for what asks the gateway that runs on it of its queue.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> AddTo(
        Command command, Func<string, ConfigResult> check, Func<ParseResult, QueueClient, CancellationToken, Task<int>> run) =>
        AddTo(command, check, folder => new QueueClient(folder), run);

    /// <summary>The same for what asks it of its remotes.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> AddTo(
        Command command, Func<string, ConfigResult> check, Func<ParseResult, RemotesClient, CancellationToken, Task<int>> run) =>
        AddTo(command, check, folder => new RemotesClient(folder), run);

    /// <summary>
    /// Runs what heeds its token until it ends or the first SIGINT or SIGTERM comes: the one end that lets go of what is under way, and says so.
    /// </summary>
    public static async Task<int> UntilInterruptedAsync(ParseResult parsed, Func<CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        using var signals = new ShutdownSignals();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Requested);
        try
        {
            return await run(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return await FailAsync(parsed, "interrupted; what was done before that stays done", ExitCodes.Failure);
        }
    }

    public static Option<string> NewOption(string description) =>
        new("--config", "-c") { Description = description, HelpName = "FILE", Required = true };

    static Func<ParseResult, CancellationToken, Task<int>> AddTo<T>(
        Command command, Func<string, ConfigResult> check, Func<string, T> open, Func<ParseResult, T, CancellationToken, Task<int>> run)
        where T : IDisposable => AddTo(command, check, async (parsed, folder, cancellationToken) =>
    {
        using var gateway = open(folder);
        try
        {
            return await UntilInterruptedAsync(parsed, stop => run(parsed, gateway, stop), cancellationToken);
        }
        catch (HttpRequestException e)
        {
            return await FailAsync(parsed, Unanswered(folder, e), ExitCodes.Failure);
        }
        catch (IOException e)
        {
            return await FailAsync(parsed, e.Message, ExitCodes.Failure);
        }
    });

    public static async Task<int> FailAsync(ParseResult parsed, string message, int exitCode)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"posthouse: {PrintableText.Of(message)}");
        return exitCode;
    }

    static string Unanswered(string folder, HttpRequestException e) => e switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.AccessDenied } } =>
            $"not permitted to talk to the gateway on the queue in {folder}: run this as the user that the gateway runs as",
        { StatusCode: { } status } => $"the gateway on the queue in {folder} answers {(int)status}; see its log",
        _ => $"no gateway runs on the queue in {folder}; start it with 'posthouse serve'",
    };
}
