using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>What a host can be asked in its protocol. Fails with <see cref="HostUnavailableException"/>.</summary>
interface IHostQuestions
{
    /// <param name="credentials">Borrowed until the task ends.</param>
    /// <param name="client">On whose behalf, where the host is to be told.</param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    Task<LoginVerdict> LogInAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken);

    Task<Answer> CheckAsync(Mailbox mailbox, CancellationToken cancellationToken);

    Task<Answer> VerifyAsync(string query, CancellationToken cancellationToken);

    Task<Answer> ExpandAsync(string list, CancellationToken cancellationToken);
}
