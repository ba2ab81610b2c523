using System.Net;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Hosts;

namespace Posthouse.Gateway.Control;

/// <summary>A running gateway: remotes, store, deliveries and listeners, started and stopped in that order.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    /// <summary>Loads a file; the result's model, if there is one, is ready for <see cref="StartAsync"/>.</summary>
    public static ConfigResult Check(string path) => throw new NotImplementedException();

    /// <summary>Starts everything; throws <see cref="IOException"/> with a clear text where a port or the queue's folder cannot be had.</summary>
    public static Task<GatewayServer> StartAsync(string path, GatewayServices services, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The configuration in force.</summary>
    public GatewayModel Model => throw new NotImplementedException();

    /// <summary>What is listening, by listener id (a bind to port 0 shows the port that the system gave).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> Endpoints => throw new NotImplementedException();

    /// <summary>The live remotes.</summary>
    public RemoteHostRegistry Remotes => throw new NotImplementedException();

    /// <summary>Stops listening, answers 421 4.3.2 between commands, lets messages past their dot and running deliveries finish until the token fires, closes the store.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>What the gateway takes from its surroundings.</summary>
public sealed record GatewayServices
{
    public required ILoggerFactory Loggers { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
