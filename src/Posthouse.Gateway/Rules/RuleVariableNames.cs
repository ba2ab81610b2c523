namespace Posthouse.Gateway.Rules;

/// <summary>What a condition can compare a variable with.</summary>
enum VariableKind
{
    /// <summary>Compared octet by octet.</summary>
    Word,

    /// <summary>Compared without case.</summary>
    Domain,

    /// <summary>Local part as it is, domain part without case.</summary>
    Mailbox,

    Address,
    Number,
    Flag,
}

/// <summary>The variables as a configuration writes them (DIALECT §5).</summary>
static class RuleVariableNames
{
    public static IReadOnlyList<(RuleVariable Variable, string Name, VariableKind Kind)> All { get; } =
    [
        (RuleVariable.Listener, "listener", VariableKind.Word),
        (RuleVariable.RemoteIp, "remote-ip", VariableKind.Address),
        (RuleVariable.LocalIp, "local-ip", VariableKind.Address),
        (RuleVariable.IsTls, "is-tls", VariableKind.Flag),
        (RuleVariable.HeloDomain, "helo-domain", VariableKind.Domain),
        (RuleVariable.Login, "login", VariableKind.Mailbox),
        (RuleVariable.LoginDomain, "login-domain", VariableKind.Domain),
        (RuleVariable.AuthenticatedAs, "authenticated-as", VariableKind.Mailbox),
        (RuleVariable.Sender, "sender", VariableKind.Mailbox),
        (RuleVariable.SenderDomain, "sender-domain", VariableKind.Domain),
        (RuleVariable.Size, "size", VariableKind.Number),
        (RuleVariable.Rcpt, "rcpt", VariableKind.Mailbox),
        (RuleVariable.RcptDomain, "rcpt-domain", VariableKind.Domain),
        (RuleVariable.Priority, "priority", VariableKind.Number),
        (RuleVariable.Mx, "mx", VariableKind.Domain),
    ];

    public static VariableKind KindOf(RuleVariable variable) => All[(int)variable].Kind;

    public static string NameOf(RuleVariable variable) => All[(int)variable].Name;

    public static bool TryParse(string name, out RuleVariable variable)
    {
        foreach (var known in All)
        {
            if (known.Name == name)
            {
                variable = known.Variable;
                return true;
            }
        }
        variable = default;
        return false;
    }
}
