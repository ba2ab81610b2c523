using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary><c>list/&lt;id&gt;</c>. The secrets of its logins are passwords, so no token is one of them.</summary>
sealed class ListLookup(AddressList list, SlowChecks slowChecks) : ILookup
{
    public async ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken)
    {
        if (credentials.Kind != CredentialKind.Password)
            return Local(false);
        var login = list.Login(credentials.UserName);
        return Local(login.Remembers(credentials.Secret) || (login.IsSlow
            ? await slowChecks.MatchesAsync(login, credentials, cancellationToken).ConfigureAwait(false)
            : login.Matches(credentials.Secret)));
    }

    public ValueTask<Answer> HoldsDomainAsync(string domain, CancellationToken cancellationToken) => new(Local(list.Contains(domain)));

    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken) =>
        new(Local(list.Contains(mailbox.ToString())));

    // Only addresses are looked for: an entry may be user:secret, and VRFY must not help to guess it.
    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken) =>
        new(Mailbox.TryParse(query, out var mailbox) && list.Contains(mailbox.ToString())
            ? Local(true) with { Values = [$"<{mailbox}>"] }
            : Local(false));

    public ValueTask<Answer> ExpandAsync(string expanded, CancellationToken cancellationToken) =>
        new(Answer.Unavailable($"list/{list.Id} holds no mailing lists"));

    public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) =>
        new(list.Contains(value) ? Membership.Yes : Membership.No);

    static readonly Answer Yes = new() { Kind = AnswerKind.Yes, Source = AnswerSource.Local };
    static readonly Answer No = new() { Kind = AnswerKind.No, Source = AnswerSource.Local };

    static Answer Local(bool isYes) => isYes ? Yes : No;
}
