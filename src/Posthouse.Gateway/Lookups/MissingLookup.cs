using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary>
/// A name that nothing bears any more: a reload took it while a session still holds the older configuration. Temporary, never a
/// no.
/// </summary>
sealed class MissingLookup(LookupTarget target) : ILookup
{
    readonly Answer _answer = Answer.Unavailable($"{target} is not defined any more");

    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) => new(_answer);

    public ValueTask<Answer> HoldsDomainAsync(string domain, CancellationToken cancellationToken) => new(_answer);

    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken) => new(_answer);

    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken) => new(_answer);

    public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken) => new(_answer);

    public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) => new(Membership.Unavailable);
}
