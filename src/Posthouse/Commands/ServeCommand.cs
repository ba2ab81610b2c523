using System.CommandLine;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Control;
using Posthouse.Gateway.Model;
using Posthouse.Logging;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary><c>posthouse serve --config FILE</c>: runs the gateway until SIGTERM or SIGINT, then drains. SIGHUP reloads the configuration.</summary>
static class ServeCommand
{
    // With two seconds for the hosts' farewell and two for the last flush of the log this stays under the 10 s that service managers are told.
    internal static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    public static Command Create(Func<string, ConfigResult> check)
    {
        var config = new Option<string>("--config", "-c") { Description = "The configuration file.", HelpName = "FILE", Required = true };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log at level debug, whatever the configuration says." };
        var command = new Command("serve", "Run the gateway until SIGTERM or Ctrl-C.") { config, verbose };
        command.SetAction((parsed, cancellationToken) => ServeAsync(
            check, parsed.GetRequiredValue(config), parsed.GetValue(verbose), parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    static async Task<int> ServeAsync(
        Func<string, ConfigResult> check, string path, bool verbose, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        if (!ProcessMemory.TryHide())
            await console.Error.WriteLineAsync("posthouse: the system does not let this process forbid core dumps, which would hold secrets");
        var file = ConfigurationFile.Read(path, check);
        if (file.Result is null)
            return await FailAsync(console, $"{path}: {file.Unreadable}", ExitCodes.Unreadable);
        if (file.HasErrors || file.Result.Model is not { } model)
        {
            new CheckReport(console.Error, showSource: false).Write(path, file.Result);
            return ExitCodes.Failure;
        }

        using var signals = new ShutdownSignals();
        using var reload = new ReloadSignal();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Requested, cancellationToken);
        using var loggers = GatewayLogging.Create(console.Output, GatewayLogging.Level(model.Tracing.Level, verbose), TimeProvider.System);
        var log = loggers.CreateLogger("Posthouse.Serve");
        foreach (var warning in file.Result.Problems)
            log.ConfigurationWarning(warning.ToString());

        try
        {
            await using var gateway = await GatewayServer.StartAsync(path, new GatewayServices { Loggers = loggers }, stop.Token);
            log.Started(ProductVersion.Text, Path.GetFullPath(path));
            await ReloadOnSignalAsync(gateway, reload, log, stop.Token);
            log.Draining((int)DrainTime.TotalSeconds);
            using var deadline = new CancellationTokenSource(DrainTime);
            if (!await gateway.StopAsync(deadline.Token))
                return await FailAsync(console, "stopped without the queue's disk, which does not answer; see the log", ExitCodes.Failure);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop while it started, or at the end of the drain time: what was queued stays queued.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The last one: the file was changed between the check and the start.
            return await FailAsync(console, e.Message, ExitCodes.Failure);
        }

        log.Stopped();
        return ExitCodes.Success;
    }

    static async Task ReloadOnSignalAsync(GatewayServer gateway, ReloadSignal reload, ILogger log, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await reload.WaitAsync(cancellationToken);
                ReloadLog.Tell(log, await gateway.ReloadAsync(cancellationToken));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.ReloadFailed(e.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    static async Task<int> FailAsync(InvocationConfiguration console, string message, int exitCode)
    {
        await console.Error.WriteLineAsync($"posthouse: {PrintableText.Of(message)}");
        return exitCode;
    }
}
