using Microsoft.Extensions.Logging;
using Posthouse.Remotes.Health;
using Posthouse.Remotes.Telemetry;

namespace Posthouse.Remotes.Pooling;

/// <summary>What a pool takes from its host.</summary>
/// <param name="Time">Clock and timers.</param>
/// <param name="Logger">Where failures are told.</param>
/// <param name="Slots">The host's connections, counted over reloads.</param>
/// <param name="Breaker">Whether connects may begin.</param>
/// <param name="Metrics">Where times are kept.</param>
sealed record PoolServices(TimeProvider Time, ILogger Logger, ConnectionSlots Slots, Breaker Breaker, HostMetrics Metrics);
