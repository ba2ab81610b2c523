using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Remotes.Dialling;

namespace Posthouse.Remotes.Hosts;

/// <summary>What a host takes from its surroundings; the defaults serve a program without a container.</summary>
public sealed record RemoteHostServices
{
    /// <summary>Monotonic time and timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Where meters come from; null = a meter of our own.</summary>
    public IMeterFactory? Meters { get; init; }

    /// <summary>Whether a host whose certificate is taken whatever it says is logged when it is made; false = the program has warned of it.</summary>
    public bool WarnsOfAnyCertificate { get; init; } = true;

    /// <summary>The way to hosts; null = the system's resolver and TCP.</summary>
    internal IDialler? Dialler { get; init; }
}
