namespace Posthouse.Remotes.Dialling;

/// <summary>Opens the way to an endpoint.</summary>
interface IDialler
{
    /// <summary>Resolves and connects. Fails with <see cref="Answers.HostUnavailableException"/>.</summary>
    Task<DialledLine> DialAsync(Attempt attempt, CancellationToken cancellationToken);
}

/// <summary>An open way to a host, before TLS.</summary>
/// <param name="Stream">Its octets; owned by whoever holds the line.</param>
/// <param name="IsLocal">It never leaves this machine (loopback, Unix socket), so a credential may go over it in clear.</param>
/// <param name="Attempt">Where it leads, and how far it has come.</param>
readonly record struct DialledLine(Stream Stream, bool IsLocal, Attempt Attempt);
