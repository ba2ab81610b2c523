using System.Buffers;
using Posthouse.Sandbox.Connections;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Sandbox.Smtp;

/// <summary>One mail transaction: the envelope that MAIL opened, and the body so far.</summary>
sealed class SmtpTransaction(MailCommand mail, SandboxHost host)
{
    readonly List<string> _recipients = [];
    readonly ArrayBufferWriter<byte>? _kept = host.KeepsBodies ? new() : null;
    IBufferWriter<byte>? _body;
    bool _failed;

    public bool IsUtf8 => mail.SmtpUtf8;

    /// <summary>In RCPT order.</summary>
    public IReadOnlyList<string> Recipients => _recipients;

    /// <summary>Whether a BDAT has come: no RCPT or DATA after it.</summary>
    public bool IsChunked { get; set; }

    /// <summary>Octets of the body so far.</summary>
    public long Size { get; private set; }

    public bool IsTooBig => Size > host.Options.MaxMessageSize;

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

    /// <summary>Where the body goes: kept, counted, or dropped because it is too big.</summary>
    public IBufferWriter<byte> Body
    {
        get
        {
            if (IsTooBig && !_failed)
            {
                _failed = true;
                _body = new DiscardingWriter();
            }
            return _body ??= _kept as IBufferWriter<byte> ?? new DiscardingWriter();
        }
    }

    public void Received(long octets) => Size += octets;

    /// <summary>The message for the recipients that took it.</summary>
    public void Deliver(IReadOnlyList<string> takers, long connectionId)
    {
        if (_kept is not null)
            host.Options.Accounts.Deliver(new SandboxMessage(mail.ReversePath?.ToString(), takers, _kept.WrittenMemory, connectionId));
        host.Journal.Took();
    }
}
