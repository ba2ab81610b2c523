using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Hosts;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Sasl;

namespace Posthouse.Gateway.Lookups;

/// <summary>
/// <c>remote/&lt;id&gt;</c>. A question that a host leaves open which a reload has replaced meanwhile goes to the one that has taken its place, since
/// a reload costs no command.
/// </summary>
/// <param name="remotes">Where the one in its place is found.</param>
/// <param name="host">The host of the moment.</param>
sealed class RemoteLookup(RemoteHostRegistry remotes, RemoteHost host) : ILookup
{
    public ValueTask<Answer> AuthenticateAsync(Credentials credentials, ClientIdentity? client, CancellationToken cancellationToken) =>
        AskAsync((credentials, client), static (at, asked, token) => at.AuthenticateAsync(asked.credentials, asked.client, token), cancellationToken);

    // SMTP has no question about a domain, and one about an address in it answers another one.
    public ValueTask<Answer> HoldsDomainAsync(string domain, CancellationToken cancellationToken) =>
        new(Answer.Unavailable($"remote/{host.Options.Id} cannot be asked about a domain: name a list in session.rcpt.lookup.domains"));

    public ValueTask<Answer> VerifyRecipientAsync(Mailbox mailbox, CancellationToken cancellationToken) =>
        AskAsync(mailbox, static (at, asked, token) => at.VerifyRecipientAsync(asked, token), cancellationToken);

    public ValueTask<Answer> VerifyAsync(string query, CancellationToken cancellationToken) =>
        AskAsync(query, static (at, asked, token) => at.VerifyAsync(asked, token), cancellationToken);

    public ValueTask<Answer> ExpandAsync(string list, CancellationToken cancellationToken) =>
        AskAsync(list, static (at, asked, token) => at.ExpandAsync(asked, token), cancellationToken);

    public async ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken)
    {
        if (!Mailbox.TryParse(value, out var mailbox))
            return Membership.No;
        var answer = await VerifyRecipientAsync(mailbox, cancellationToken).ConfigureAwait(false);
        return FromAnswer(answer.Kind);
    }

    async ValueTask<Answer> AskAsync<T>(T question, Func<RemoteHost, T, CancellationToken, ValueTask<Answer>> ask, CancellationToken cancellationToken)
    {
        var (at, since) = (host, TimeProvider.System.GetTimestamp());
        while (true)
        {
            var answer = await ask(at, question, cancellationToken).ConfigureAwait(false);
            // Reloads may come faster than answers; but whoever waits has waited long enough after the time that one host has.
            if (answer.Kind != AnswerKind.Unavailable || !remotes.TryGet(at.Options.Id, out var now) || now == at
                || TimeProvider.System.GetElapsedTime(since) >= host.Options.Timeout)
                return answer;
            at = now;
        }
    }

    /// <summary>A full mailbox is there; one that the host refuses for a reason of its own is none that it serves.</summary>
    internal static Membership FromAnswer(AnswerKind kind) => kind switch
    {
        AnswerKind.Yes or AnswerKind.Full => Membership.Yes,
        AnswerKind.No or AnswerKind.Refused => Membership.No,
        _ => Membership.Unavailable,
    };
}
