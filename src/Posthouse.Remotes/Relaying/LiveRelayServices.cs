using Posthouse.Remotes.Caching;
using Posthouse.Remotes.Telemetry;
using Posthouse.Wire.Addresses;

namespace Posthouse.Remotes.Relaying;

/// <summary>What a live relay takes from its host.</summary>
/// <param name="Cache">Where the host's words on a mailbox are kept.</param>
/// <param name="IsToldOfClients">The host hears who the client is, and may answer as it would that one alone.</param>
/// <param name="Unavailable">Where failures are told.</param>
/// <param name="Metrics">Where outcomes are counted.</param>
/// <param name="Proved">Told of an address that took a message.</param>
/// <param name="AskedAfresh">Told why a pooled connection was replaced.</param>
/// <param name="Ended">Called once, when the relay holds nothing any more.</param>
/// <param name="Time">The clock by which a client is kept waiting.</param>
/// <param name="Closing">Fires when the host is disposed.</param>
sealed record LiveRelayServices(
    AnswerCache Cache, bool IsToldOfClients, UnavailableLog Unavailable, HostMetrics Metrics, Action<Mailbox> Proved, Action<string> AskedAfresh, Action Ended,
    TimeProvider Time, CancellationToken Closing);
