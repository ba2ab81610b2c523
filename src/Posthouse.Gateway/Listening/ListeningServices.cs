using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Gateway.Listening;

/// <summary>Serves one connection to its end; the listener closes it.</summary>
public delegate Task ClientHandler(ClientConnection connection, CancellationToken draining);

/// <summary>What listeners share.</summary>
public sealed record ListeningServices
{
    public required ILoggerFactory Loggers { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Connections from one address at a time (<c>session.limits.per-ip</c>), asked at each accept; 0 = no bound.</summary>
    public Func<int> PerAddressLimit { get; init; } = static () => 0;

    /// <summary>Clients at a time, over all listeners; by default as many as leave files for all else.</summary>
    public int MostClients { get; init; } = ClientPlaces.OfProcess();
}
