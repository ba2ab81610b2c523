using System.Globalization;
using Posthouse.Integration.Clients;
using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Gateways;

/// <summary><c>posthouse serve</c> as an operator runs it: a real process with a configuration file and a queue folder.</summary>
sealed class GatewayProcess : IAsyncDisposable
{
    readonly ScratchFolder _folder = new("gateway");
    RunningProgram? _running;
    ServerCertificate? _certificate;

    GatewayProcess(int port) => Port = port;

    public int Port { get; }

    public int Id => _running!.Id;

    public string Configuration => _folder["posthouse.toml"];

    /// <summary>Starts on a configuration that is written once port, queue folder and certificate are known.</summary>
    public static async Task<GatewayProcess> StartAsync(GatewayConfig config)
    {
        var gateway = new GatewayProcess(LoopbackPort.Take());
        try
        {
            gateway._certificate = ServerCertificate.Create(gateway._folder, GatewayConfig.HostName);
            gateway.Write(config);
            await gateway.StartAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync()
    {
        _running = RunningProgram.Start(PosthouseExecutable.Path, ["serve", "--config", _folder["posthouse.toml"]]);
        _folder.Write("gateway.pid", _running.Id.ToString(CultureInfo.InvariantCulture));
        await _running.UntilListeningAsync(Port, () => "");
    }

    /// <summary><c>posthouse queue</c> on this gateway's configuration.</summary>
    public Task<(int ExitCode, string Output)> QueueAsync(string verb, params string[] arguments) =>
        PosthouseExecutable.RunAsync(["queue", verb, "--config", _folder["posthouse.toml"], .. arguments]);

    public Task<SmtpClientDialogue> ConnectAsync() => SmtpClientDialogue.ConnectAsync(Port);

    /// <summary>SIGTERM, and the exit code it ends with.</summary>
    public async Task<int> TerminateAsync(TimeSpan within)
    {
        _running!.Signal(RunningProgram.Terminate);
        return await _running.WaitForExitAsync(within);
    }

    /// <summary>Puts another configuration in its file, says SIGHUP, and waits until that is in force.</summary>
    public async Task ReloadAsync(GatewayConfig config)
    {
        var before = Reloads();
        Write(config);
        _running!.Signal(RunningProgram.HangUp);
        await Eventually.FindAsync("a reload", () => Reloads() > before ? "done" : null);
    }

    /// <summary>Puts another configuration in its file and runs <c>posthouse reload</c>, which waits by itself.</summary>
    public Task<(int ExitCode, string Output)> AskForReloadAsync(GatewayConfig config)
    {
        Write(config);
        return PosthouseExecutable.RunAsync("reload", "--config", Configuration);
    }

    /// <summary>SIGKILL: what is not on the disk is lost.</summary>
    public Task KillAsync() => _running!.KillAsync();

    void Write(GatewayConfig config) => _folder.Write("posthouse.toml", config.Text(Port, _folder["queue"], _certificate!));

    int Reloads() => _running!.Output.Split("event=Reloaded").Length;

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
            await _running.DisposeAsync();
        _folder.Dispose();
    }
}
