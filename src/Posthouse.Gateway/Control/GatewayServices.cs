using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

/// <summary>What the gateway takes from its surroundings.</summary>
public sealed record GatewayServices
{
    public required ILoggerFactory Loggers { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
