namespace Posthouse.Remotes.Pooling;

/// <summary>A pool at one moment.</summary>
/// <param name="Idle">Ready connections.</param>
/// <param name="Busy">Connections in a request's hands, or being tidied behind one.</param>
/// <param name="Connecting">Connections being made.</param>
/// <param name="Closing">Connections being closed.</param>
/// <param name="Waiting">Requests that wait, by class.</param>
/// <param name="Opened">Connections made since the start.</param>
readonly record struct PoolCounts(int Idle, int Busy, int Connecting, int Closing, (int Logins, int Checks, int Relays) Waiting, long Opened);
