using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>What a host can be asked in its protocol. Fails with <see cref="HostUnavailableException"/>.</summary>
interface IHostQuestions
{
    /// <param name="credentials">The user's.</param>
    /// <param name="client">On whose behalf, for a host that is to be told; null = not known.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<LoginVerdict> LogInAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken);

    Task<Answer> CheckAsync(Mailbox mailbox, CancellationToken cancellationToken);

    Task<Answer> VerifyAsync(string query, CancellationToken cancellationToken);

    Task<Answer> ExpandAsync(string list, CancellationToken cancellationToken);
}
