using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Control;

/// <summary>What the gateway takes from its surroundings.</summary>
public sealed record GatewayServices
{
    public required ILoggerFactory Loggers { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the meters of the remotes come from; null = a meter of their own.</summary>
    public IMeterFactory? Meters { get; init; }

    /// <summary>Runs before each commit of the queue, in the disk's place.</summary>
    internal Action? BeforeCommit { get; init; }

    /// <summary>Reads the configuration, at the start and at each reload.</summary>
    internal Func<string, Func<LookupTarget, IMembership>, ConfigResult> Load { get; init; } = ConfigLoader.Load;
}
