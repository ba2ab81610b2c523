using System.Net;
using Posthouse.Gateway.Rules;
using Posthouse.Wire.Addresses;

namespace Posthouse.Gateway.Sessions;

/// <summary>A session at the moment of one RCPT: what <c>session.rcpt.*</c> may ask about.</summary>
sealed class RecipientSubject(SessionState session, Mailbox recipient) : IRuleSubject
{
    string? _text;

    public string Text(RuleVariable variable) => variable switch
    {
        RuleVariable.Rcpt => _text ??= recipient.ToString(),
        RuleVariable.RcptDomain => recipient.Domain,
        _ => session.Text(variable),
    };

    public IPAddress? Address(RuleVariable variable) => session.Address(variable);

    public long Number(RuleVariable variable) => session.Number(variable);
}
