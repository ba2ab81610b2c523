using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary>What a ladder's rung can be asked, whether it is a remote host or a list.</summary>
interface ILookup
{
    ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken);

    ValueTask<Answer> HoldsDomainAsync(string domain, CancellationToken cancellationToken);

    ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken);

    ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken);

    ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken);

    /// <summary><c>in-list</c>: whether it knows a value of any kind.</summary>
    ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken);
}
