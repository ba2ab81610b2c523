using Posthouse.Gateway.Delivery;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Gateway.Sessions;
using Posthouse.Gateway.Sessions.Verbs;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;

namespace Posthouse.Gateway.Lookups;

/// <summary><c>session.rcpt.lookup</c>, asked for a message that waits: <c>domains</c> says whose it is, where that is set, and <c>addresses</c> who knows it.</summary>
/// <param name="lookups">Who answers.</param>
/// <param name="model">The configuration in force.</param>
sealed class RecipientSearch(IRecipientLookup lookups, Func<GatewayModel> model) : IRecipientSearch
{
    static readonly Evaluation<RecipientPlace> Elsewhere = new(new RecipientPlace(null, IsElsewhere: true));

    public async ValueTask<Evaluation<RecipientPlace>> FindAsync(Mailbox mailbox, IRuleSubject subject, CancellationToken cancellationToken)
    {
        var rcpt = model().Session.Rcpt;
        var domains = await rcpt.Domains.EvaluateAsync(subject, cancellationToken);
        if (!domains.IsAvailable)
            return Unknown(domains.Reason);
        var isOurs = false;
        if (!domains.Value.IsNone)
        {
            var domain = await lookups.HoldsDomainAsync(domains.Value, mailbox.Domain, cancellationToken);
            if (domain.Kind is not (AnswerKind.Yes or AnswerKind.No))
                return Unknown(domain.Reason);
            isOurs = domain.Kind == AnswerKind.Yes;
            // A host must not be asked for a stranger's address: it might take all of them.
            if (!isOurs && !Postmaster.IsOwn(mailbox, model().Server))
                return Elsewhere;
        }
        var addresses = await rcpt.Addresses.EvaluateAsync(subject, cancellationToken);
        if (!addresses.IsAvailable)
            return Unknown(addresses.Reason);
        if (addresses.Value.IsNone)
            return new(new RecipientPlace(null, IsElsewhere: !isOurs));
        var (answer, remote) = await lookups.VerifyRecipientAsync(addresses.Value, mailbox, cancellationToken);
        return answer.Kind switch
        {
            AnswerKind.Yes => new(new RecipientPlace(remote, IsElsewhere: !isOurs)),
            AnswerKind.No or AnswerKind.Refused => new(new RecipientPlace(null, IsElsewhere: !isOurs)),
            _ => Unknown(answer.Reason),
        };
    }

    static Evaluation<RecipientPlace> Unknown(string reason) => Evaluation<RecipientPlace>.Unavailable(reason);
}
