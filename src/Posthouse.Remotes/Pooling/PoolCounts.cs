namespace Posthouse.Remotes.Pooling;

/// <summary>A pool at one moment.</summary>
/// <param name="Idle">Ready connections.</param>
/// <param name="Busy">Connections that serve a request, are being made or are being closed.</param>
/// <param name="Waiting">Requests that wait.</param>
/// <param name="Opened">Connections made since the start.</param>
readonly record struct PoolCounts(int Idle, int Busy, int Waiting, long Opened);
