using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Control;
using Posthouse.Logging;

namespace Posthouse.Demo;

/// <summary>All that runs in the demo, in one temporary folder that goes with it: both remotes, then the gateway in front of them.</summary>
sealed class DemoSetup : IAsyncDisposable
{
    static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-demo-");
    readonly TextWriter _log;
    readonly ILoggerFactory _loggers;
    GatewayServer? _gateway;
    X509Certificate2? _certificate;

    DemoSetup()
    {
        _log = new StreamWriter(LogPath);
        _loggers = GatewayLogging.Create(_log, LogLevel.Debug, TimeProvider.System);
    }

    public DemoRemotes Remotes { get; } = new();

    public string ConfigPath => Path.Combine(_folder.FullName, "posthouse.toml");

    public string LogPath => Path.Combine(_folder.FullName, "posthouse.log");

    public X509Certificate2 Certificate => _certificate ?? throw NotStarted();

    /// <summary>Clear text with STARTTLS.</summary>
    public IPEndPoint Smtp => EndPoint("smtp");

    /// <summary>TLS from the first octet.</summary>
    public IPEndPoint Submissions => EndPoint("submissions");

    public static async Task<DemoSetup> StartAsync(CancellationToken cancellationToken)
    {
        var setup = new DemoSetup();
        try
        {
            await setup.Remotes.StartAsync(cancellationToken);
            var folder = setup._folder.FullName;
            setup._certificate = DemoCertificate.Write(DemoConfiguration.CertificatePath(folder), DemoConfiguration.KeyPath(folder), TimeProvider.System);
            await File.WriteAllTextAsync(setup.ConfigPath, DemoConfiguration.For(folder, setup.Remotes.Lmtp.Port, setup.Remotes.Imap.Port), cancellationToken);
            setup._gateway = await GatewayServer.StartAsync(setup.ConfigPath, new GatewayServices { Loggers = setup._loggers }, cancellationToken);
            return setup;
        }
        catch
        {
            await setup.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_gateway is not null)
                await StopAsync(_gateway);
        }
        finally
        {
            await Remotes.DisposeAsync();
            _loggers.Dispose();
            await _log.DisposeAsync();
            _certificate?.Dispose();
            _folder.Delete(recursive: true);
        }
    }

    static async Task StopAsync(GatewayServer gateway)
    {
        await using (gateway)
        {
            using var deadline = new CancellationTokenSource(DrainTime);
            try
            {
                await gateway.StopAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                // The drain time is over; nothing of the demo is worth waiting for any longer.
            }
        }
    }

    static InvalidOperationException NotStarted() => new("the demo is not started");

    IPEndPoint EndPoint(string listener) => (_gateway ?? throw NotStarted()).Endpoints[listener][0];
}
