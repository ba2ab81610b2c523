using Posthouse.Sandbox.Connections;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>One mail transaction: the envelope that MAIL opened, and the body so far.</summary>
sealed class SmtpTransaction(MailCommand mail, SandboxHost host)
{
    readonly List<string> _recipients = [];

    public bool IsUtf8 => mail.SmtpUtf8;

    /// <summary>In RCPT order.</summary>
    public IReadOnlyList<string> Recipients => _recipients;

    /// <summary>Whether a BDAT has come: no RCPT or DATA after it.</summary>
    public bool IsChunked { get; set; }

    public BodyWriter Body { get; } = new(host.KeepsBodies, host.Options.MaxMessageSize);

    public Reply AddRecipient(RcptCommand command)
    {
        var mailbox = command.Mailbox.ToString();
        if (host.Options.Accounts.Find(mailbox) is not { IsMailbox: true } account)
            return SmtpReplies.UnknownUser;
        if (account.Refusal is { } refusal)
            return refusal;
        _recipients.Add(mailbox);
        return SmtpReplies.RecipientOk;
    }

    /// <summary>The message for the recipients that took it.</summary>
    public void Deliver(IReadOnlyList<string> takers, long connectionId)
    {
        if (Body.Kept is { } body)
            host.Options.Accounts.Deliver(new SandboxMessage(mail.ReversePath?.ToString(), takers, body, connectionId));
        host.Journal.Took();
    }
}
