using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary><c>remote/&lt;id&gt;</c>.</summary>
sealed class RemoteLookup(RemoteHost host) : ILookup
{
    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        host.AuthenticateAsync(credentials, client, cancellationToken);

    // SMTP has no question about a domain, and one about an address in it answers another one.
    public ValueTask<Answer> HoldsDomainAsync(string domain, CancellationToken cancellationToken) =>
        new(Answer.Unavailable($"remote/{host.Options.Id} cannot be asked about a domain: name a list in session.rcpt.lookup.domains"));

    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken) =>
        host.VerifyRecipientAsync(mailbox, cancellationToken);

    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken) => host.VerifyAsync(query, cancellationToken);

    public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken) => host.ExpandAsync(list, cancellationToken);

    public async ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken)
    {
        if (!Mailbox.TryParse(value, out var mailbox))
            return Membership.No;
        var answer = await host.VerifyRecipientAsync(mailbox, cancellationToken).ConfigureAwait(false);
        return FromAnswer(answer.Kind);
    }

    /// <summary>A full mailbox is there; one that the host refuses for a reason of its own is none that it serves.</summary>
    internal static Membership FromAnswer(AnswerKind kind) => kind switch
    {
        AnswerKind.Yes or AnswerKind.Full => Membership.Yes,
        AnswerKind.No or AnswerKind.Refused => Membership.No,
        _ => Membership.Unavailable,
    };
}
