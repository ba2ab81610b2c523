using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

/// <summary>HTTP over a Unix socket in the queue's folder: whoever may enter the folder, its owner alone, may ask.</summary>
sealed class ControlSocket : IAsyncDisposable
{
    // The system takes 108 octets for a path, its end included.
    const int MaxPath = 107;

    readonly WebApplication _server;

    ControlSocket(WebApplication server) => _server = server;

    internal static string PathIn(string folder) => Path.Combine(folder, "control.sock");

    /// <summary>Opens it; null, with a word in the log, where the system does not let it: mail goes on without.</summary>
    internal static async Task<ControlSocket?> OpenAsync(string folder, ControlRequests requests, ILogger logger, CancellationToken cancellationToken)
    {
        var path = PathIn(folder);
        if (Encoding.UTF8.GetByteCount(path) > MaxPath)
        {
            ControlLog.NoSocket(logger, path, "the path is too long for a socket");
            return null;
        }
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 0;
            options.ListenUnixSocket(path);
        });
        // Signals are the executable's own affair.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var server = builder.Build();
        server.Run(requests.AnswerAsync);
        try
        {
            // The folder is locked by this process, so what lies there is left over.
            File.Delete(path);
            await server.StartAsync(cancellationToken);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return new ControlSocket(server);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync();
            ControlLog.NoSocket(logger, path, e.Message);
            return null;
        }
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
