using Posthouse.Gateway.Model;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>What becomes of a recipient.</summary>
/// <param name="Reply">Positive: it is taken.</param>
/// <param name="FoundAt">The remote that knows it, where one was asked.</param>
readonly record struct RecipientVerdict(Reply Reply, string? FoundAt = null)
{
    public static implicit operator RecipientVerdict(Reply reply) => new(reply);
}

/// <summary>
/// Step 4, whether a recipient is taken (DIALECT §4): (1) its domain stands in <c>domains</c>: the address must be in <c>addresses</c>,
/// where that is set; (2) with <c>addresses</c> alone, every recipient must be; (3) elsewhere <c>relay</c> decides, but for this
/// host's own Postmaster. A setting that decides nothing is not evaluated, since a host might be asked for it.
/// </summary>
static class RecipientCheck
{
    public static async ValueTask<RecipientVerdict> DecideAsync(SessionState session, Mailbox mailbox, SettingReader settings, CancellationToken cancellationToken)
    {
        var rcpt = session.Model.Session.Rcpt;
        var domains = await settings.GetAsync(rcpt.Domains).ConfigureAwait(false);
        if (settings.Failure is not null)
            return Undecided(session, settings.Failure);

        var isOurs = false;
        if (!domains.IsNone)
        {
            var domain = await session.Services.Recipients.HoldsDomainAsync(domains, mailbox.Domain, cancellationToken).ConfigureAwait(false);
            if (domain.Kind is not (AnswerKind.Yes or AnswerKind.No))
                return Undecided(session, mailbox, domains, domain);
            isOurs = domain.Kind == AnswerKind.Yes;
        }
        if (isOurs || domains.IsNone)
        {
            var addresses = await settings.GetAsync(rcpt.Addresses).ConfigureAwait(false);
            if (settings.Failure is not null)
                return Undecided(session, settings.Failure);
            if (!addresses.IsNone)
                return await AskAsync(session, addresses, mailbox, cancellationToken).ConfigureAwait(false);
            if (isOurs)
                return Replies.RecipientOk;
        }

        if (Postmaster.IsOwn(mailbox, session.Model.Server))
            return Replies.RecipientOk;
        var isRelayed = await settings.GetAsync(rcpt.Relay).ConfigureAwait(false);
        if (settings.Failure is not null)
            return Undecided(session, settings.Failure);
        return isRelayed ? Replies.RecipientOk : Replies.RelayDenied;
    }

    static async ValueTask<RecipientVerdict> AskAsync(SessionState session, LookupLadder addresses, Mailbox mailbox, CancellationToken cancellationToken)
    {
        var (answer, foundAt) = await session.Services.Recipients.VerifyRecipientAsync(addresses, mailbox, cancellationToken).ConfigureAwait(false);
        return answer.Kind switch
        {
            AnswerKind.Yes => new RecipientVerdict(Replies.RecipientOk, foundAt),
            AnswerKind.No => Replies.UnknownRecipient,
            AnswerKind.Full => Replies.MailboxFull,
            AnswerKind.Refused => HostRefusal.ForClient(answer.Reply, mailbox),
            _ => Undecided(session, mailbox, addresses, answer),
        };
    }

    static Reply Undecided(SessionState session, Mailbox mailbox, LookupLadder lookup, Answer answer)
    {
        SessionLog.RecipientUndecided(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, mailbox, lookup, answer.Reason);
        return answer.IsLineFull ? Replies.TooManyWaiting : Replies.Undecided;
    }

    static Reply Undecided(SessionState session, string reason)
    {
        SessionLog.Undecided(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, reason);
        return Replies.Undecided;
    }
}
