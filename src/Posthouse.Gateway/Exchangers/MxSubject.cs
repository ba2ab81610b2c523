using System.Net;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Exchangers;

/// <summary>A recipient whose mail is about to go to an exchanger, as rules see it.</summary>
sealed class MxSubject(IRuleSubject recipient, string exchanger) : IRuleSubject
{
    public string Text(RuleVariable variable) => variable == RuleVariable.Mx ? exchanger : recipient.Text(variable);

    public IPAddress? Address(RuleVariable variable) => recipient.Address(variable);

    public long Number(RuleVariable variable) => recipient.Number(variable);
}
