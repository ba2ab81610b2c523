using System.Net;
using Posthouse.Gateway.Rules;
using Posthouse.Wire.Commands;

namespace Posthouse.Gateway.Queue;

/// <summary>A recipient of a queued message, as rules see it.</summary>
sealed class QueuedRecipient(MessageEnvelope envelope, long size, RcptCommand recipient) : IRuleSubject
{
    internal QueuedRecipient(QueuedMessage message, RcptCommand recipient)
        : this(message.Envelope, message.Body.Length, recipient)
    {
    }

    string? _sender, _recipient, _remoteIp, _localIp;

    /// <summary>The mail exchanger that was tried; empty where none was.</summary>
    public string Exchanger { get; init; } = "";

    MessageOrigin Origin => envelope.Origin;

    MailCommand Mail => envelope.Mail;

    public string Text(RuleVariable variable) => variable switch
    {
        RuleVariable.Listener => Origin.Listener,
        RuleVariable.RemoteIp => _remoteIp ??= AddressText.Of(Origin.RemoteIp),
        RuleVariable.LocalIp => _localIp ??= AddressText.Of(Origin.LocalIp),
        RuleVariable.HeloDomain => Origin.HeloDomain,
        RuleVariable.AuthenticatedAs => Origin.AuthenticatedAs,
        RuleVariable.Sender => _sender ??= Mail.ReversePath?.ToString() ?? "",
        RuleVariable.SenderDomain => Mail.ReversePath?.Domain ?? "",
        RuleVariable.Rcpt => _recipient ??= recipient.Mailbox.ToString(),
        RuleVariable.RcptDomain => recipient.Mailbox.Domain,
        RuleVariable.Mx => Exchanger,
        _ => "", // not known of a queued message (DIALECT §5); the configuration refuses to ask
    };

    public IPAddress? Address(RuleVariable variable) => variable switch
    {
        RuleVariable.RemoteIp => Origin.RemoteIp,
        RuleVariable.LocalIp => Origin.LocalIp,
        _ => null,
    };

    public long Number(RuleVariable variable) => variable switch
    {
        RuleVariable.Size => size,
        RuleVariable.IsTls => Origin.IsTls ? 1 : 0,
        _ => 0, // priority: MT-PRIORITY is not offered, so every message has the middle one
    };
}
