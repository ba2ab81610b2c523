using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary><c>list/&lt;id&gt;</c>. The secrets of its logins are passwords, so no token is one of them.</summary>
sealed class ListLookup(AddressList list) : ILookup
{
    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        new(Local(credentials.Kind == CredentialKind.Password && (list.CheckLogin(credentials.UserName, credentials.Secret) ?? false)));

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

    static Answer Local(bool isYes) => new() { Kind = isYes ? AnswerKind.Yes : AnswerKind.No, Source = AnswerSource.Local };
}
