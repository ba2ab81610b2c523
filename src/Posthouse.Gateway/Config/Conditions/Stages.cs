using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>
/// What is known when a setting is evaluated (DIALECT §5). <c>authenticated-as</c> counts as known from EHLO on: before AUTH it
/// is empty, which is what a rule wants to see.
/// </summary>
static class Stages
{
    public static VariableSet Connect { get; } = VariableSet.Of(
        RuleVariable.Listener, RuleVariable.RemoteIp, RuleVariable.LocalIp, RuleVariable.IsTls);

    /// <summary>What holds from EHLO to the end of the session: a client does not ask again after AUTH.</summary>
    public static VariableSet Announced { get; } = Connect.With(RuleVariable.HeloDomain);

    public static VariableSet Ehlo { get; } = Connect.With(RuleVariable.HeloDomain, RuleVariable.AuthenticatedAs);

    /// <summary>While a login is checked; not to be confused with who is logged in.</summary>
    public static VariableSet Login { get; } = Ehlo.With(RuleVariable.Login, RuleVariable.LoginDomain);

    public static VariableSet Mail { get; } = Ehlo.With(RuleVariable.Sender, RuleVariable.SenderDomain, RuleVariable.Size);

    public static VariableSet Rcpt { get; } = Mail.With(RuleVariable.Rcpt, RuleVariable.RcptDomain);

    public static VariableSet Data { get; } = Mail.With(RuleVariable.Priority);

    /// <summary>A queued message remembers where it came from.</summary>
    public static VariableSet Queue { get; } = Rcpt.With(RuleVariable.Priority);

    public static VariableSet Mx { get; } = Queue.With(RuleVariable.Mx);

    /// <summary>Each by the name that documentation calls it.</summary>
    public static IReadOnlyList<(string Name, VariableSet Known)> Named { get; } =
    [
        ("connect", Connect), ("EHLO", Ehlo), ("AUTH", Login), ("MAIL", Mail), ("RCPT", Rcpt), ("DATA", Data), ("queue", Queue), ("MX", Mx),
    ];

    public static VariableSet Everything { get; } = Mx.With(Login);

    /// <summary>What documentation calls the stage at which so much is known; null for none, as where a rule may ask about everything.</summary>
    public static string? NameOf(VariableSet known)
    {
        foreach (var stage in Named)
            if (stage.Known == known)
                return stage.Name;
        return null;
    }
}
