using Posthouse.Gateway.Sessions.CutThrough;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>Step 4, RCPT TO (RFC 5321 section 4.1.1.3). A refusal for good comes after <c>errors.wait</c>, and the n-th one ends the session.</summary>
static class RcptVerb
{
    public static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        var transaction = session.Transaction!;
        transaction.Attempted++;
        if (!RcptCommand.TryParse(argument.Span, session.Offer.Envelope, transaction.Mail.SmtpUtf8, out var recipient, out var syntax))
            return syntax;
        recipient = recipient with { Mailbox = Postmaster.Complete(recipient.Mailbox, session.Model.Server) };

        var subject = new RecipientSubject(session, recipient.Mailbox);
        var settings = new SettingReader(subject, cancellationToken);
        var (reply, foundAt) = await DecideAsync(session, transaction, recipient, subject, settings, cancellationToken).ConfigureAwait(false);
        if (reply.IsPositive)
        {
            transaction.Accept(recipient, foundAt);
            session.Phase = Phase.Rcpt;
            return reply;
        }

        SessionLog.RecipientRefused(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, recipient.Mailbox, reply);
        return reply.IsPermanent ? await RefuseAsync(session, reply, settings).ConfigureAwait(false) : reply;
    }

    static async ValueTask<RecipientVerdict> DecideAsync(
        SessionState session, Transaction transaction, RcptCommand recipient, RecipientSubject subject, SettingReader settings, CancellationToken cancellationToken)
    {
        if (transaction.Has(recipient.Mailbox))
            return Replies.RecipientOk;
        var most = await settings.GetAsync(session.Model.Session.Rcpt.MaxRecipients).ConfigureAwait(false);
        if (settings.Failure is not null)
            return Replies.Undecided;
        if (transaction.Recipients.Count >= most)
            return Replies.TooManyRecipients;
        var admission = await Admission.AskAsync(session, session.Model.Session.Throttles.AtRcpt, subject, cancellationToken).ConfigureAwait(false);
        if (admission.Hold is not { } place)
            return admission.Refusal!;
        transaction.Keep(place);
        var verdict = await AskAsync(session, transaction, recipient, subject, settings, cancellationToken).ConfigureAwait(false);
        if (!verdict.Reply.IsPositive)
            place.Dispose();
        return verdict;
    }

    static async ValueTask<RecipientVerdict> AskAsync(
        SessionState session, Transaction transaction, RcptCommand recipient, RecipientSubject subject, SettingReader settings, CancellationToken cancellationToken)
    {
        var verdict = await RecipientCheck.DecideAsync(session, recipient.Mailbox, settings, cancellationToken).ConfigureAwait(false);
        if (!verdict.Reply.IsPositive)
            return verdict;
        var reply = await NextHopOffer.DecideAsync(session, transaction, recipient, verdict.FoundAt, settings, cancellationToken).ConfigureAwait(false);
        // Nothing of it is on its way to a hop, so it is the queue's from here on.
        if (reply.IsPositive && transaction.Live is null)
        {
            var room = await session.Services.Quotas.ProbeAsync(subject, isRecipientKnown: true, transaction.Mail.Size ?? 0, cancellationToken).ConfigureAwait(false);
            reply = Replies.Of(room) ?? reply;
        }
        return verdict with { Reply = reply };
    }

    static async ValueTask<VerbResult> RefuseAsync(SessionState session, Reply reply, SettingReader settings)
    {
        var total = await settings.GetAsync(session.Model.Session.Rcpt.ErrorsTotal).ConfigureAwait(false);
        var wait = await settings.GetAsync(session.Model.Session.Rcpt.ErrorsWait).ConfigureAwait(false);
        if (settings.Failure is not null)
            return reply;
        await session.PauseAsync(wait).ConfigureAwait(false);
        return new VerbResult(reply, ++session.RcptErrors >= total ? SessionEnd.TooManyErrors : null);
    }
}
