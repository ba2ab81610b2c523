using Posthouse.Gateway.Model;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Sessions.Verbs;

/// <summary>MAIL FROM (RFC 5321 section 4.1.1.2).</summary>
static class MailVerb
{
    public static async ValueTask<VerbResult> RunAsync(SessionState session, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (!MailCommand.TryParse(argument.Span, session.Offer.Envelope, out var mail, out var refusal))
            return await LoginIsMissingAsync(session, cancellationToken).ConfigureAwait(false) ?? refusal;

        var transaction = new Transaction(mail);
        session.Transaction = transaction;
        var reply = await LoginIsMissingAsync(session, cancellationToken).ConfigureAwait(false)
            ?? await DecideAsync(session, transaction, cancellationToken).ConfigureAwait(false);
        if (reply.IsPositive)
            session.Phase = Phase.Mail;
        else
        {
            session.Transaction = null;
            transaction.Leave();
            SessionLog.SenderRefused(session.Services.Logger, session.Connection.RemoteIp, session.Connection.SessionId, mail.ReversePath?.ToString() ?? "", reply);
        }
        return reply;
    }

    static async ValueTask<Reply?> LoginIsMissingAsync(SessionState session, CancellationToken cancellationToken)
    {
        if (session.IsAuthenticated)
            return null;
        var settings = new SettingReader(session, cancellationToken);
        var isRequired = await settings.GetAsync(session.Model.Session.Auth.Require).ConfigureAwait(false);
        return settings.Failure is not null ? Replies.Undecided : isRequired ? Replies.LoginRequired : null;
    }

    static async ValueTask<Reply> DecideAsync(SessionState session, Transaction transaction, CancellationToken cancellationToken)
    {
        var settings = new SettingReader(session, cancellationToken);
        var mustMatch = session.IsAuthenticated && await settings.GetAsync(session.Model.Session.Auth.MustMatchSender).ConfigureAwait(false);
        transaction.MaxSize = await settings.GetAsync(session.Model.Session.Data.MaxSize).ConfigureAwait(false);
        if (settings.Failure is not null)
            return Replies.Undecided;
        if (mustMatch && !IsOwnSender(session, transaction.Mail.ReversePath))
            return Replies.SenderNotOwned;
        if (transaction.Mail.Size > transaction.MaxSize)
            return Replies.TooBig;
        var size = transaction.Mail.Size ?? 0;
        if (Replies.Of(session.Services.Intake.Probe(size)) is { } noRoom)
            return noRoom;
        // What may go through to its hop at once is asked about when it turns to the queue.
        if (session.Model.Queue.Delivery.TryGetConstant(out var delivery) && delivery == DeliveryMode.Queued
            && Replies.Of(await session.Services.Quotas.ProbeAsync(session, isRecipientKnown: false, size, cancellationToken).ConfigureAwait(false)) is { } overQuota)
            return overQuota;
        var admission = await Admission.AskAsync(session, session.Model.Session.Throttles.AtMail, session, cancellationToken).ConfigureAwait(false);
        if (admission.Hold is { } place)
            transaction.Keep(place);
        return admission.Refusal ?? Replies.SenderOk;
    }

    /// <summary>The login itself, or an address of the list that bears the login's name.</summary>
    static bool IsOwnSender(SessionState session, Mailbox? sender)
    {
        if (sender is null)
            return false;
        if (Mailbox.TryParse(session.AuthenticatedAs, out var login) && login == sender)
            return true;
        return session.Model.Lists.TryGetValue(session.AuthenticatedAs, out var list) && list.Contains(sender.ToString());
    }
}
