using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Lookups;

/// <summary>What a host can be asked in its protocol. Fails with <see cref="HostUnavailableException"/>.</summary>
interface IHostQuestions
{
    Task<LoginVerdict> LogInAsync(Credentials credentials, CancellationToken cancellationToken);

    Task<Answer> CheckAsync(Mailbox mailbox, CancellationToken cancellationToken);

    Task<Answer> VerifyAsync(string query, CancellationToken cancellationToken);

    Task<Answer> ExpandAsync(string list, CancellationToken cancellationToken);
}
