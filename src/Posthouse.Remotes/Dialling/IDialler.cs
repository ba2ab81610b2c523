using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>Opens the way to a host.</summary>
interface IDialler
{
    /// <summary>Resolves and connects. Fails with <see cref="Answers.HostUnavailableException"/>.</summary>
    Task<DialledLine> DialAsync(RemoteHostOptions host, CancellationToken cancellationToken);
}

/// <summary>An open way to a host, before TLS.</summary>
/// <param name="Stream">Its octets; owned by whoever holds the line.</param>
/// <param name="IsLocal">It never leaves this machine (loopback, Unix socket), so a credential may go over it in clear.</param>
readonly record struct DialledLine(Stream Stream, bool IsLocal);
