using System.Net;

namespace Posthouse.Gateway.Rules;

/// <summary>The moment a rule is evaluated at: a session, a recipient in it, or a queued message.</summary>
public interface IRuleSubject
{
    /// <summary>
    /// A variable that is no number as text; empty where it has no value (a stranger's <c>authenticated-as</c>, the null reverse-path, a
    /// client without address). An IPv4 address is never shown as an IPv6-mapped one. Rules ask often: the text is made once.
    /// </summary>
    string Text(RuleVariable variable);

    /// <summary><c>remote-ip</c> or <c>local-ip</c>.</summary>
    IPAddress? Address(RuleVariable variable);

    /// <summary><c>size</c> or <c>priority</c>; <c>is-tls</c> as 0 or 1.</summary>
    long Number(RuleVariable variable);
}
