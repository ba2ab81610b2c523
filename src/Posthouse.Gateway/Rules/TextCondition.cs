namespace Posthouse.Gateway.Rules;

enum TextOperator
{
    Equal,
    StartsWith,
    EndsWith,
}

/// <summary>
/// Compares text. What lies in the domain, which is all of a domain variable and what follows the last <c>@</c> of a mailbox,
/// compares without case; everything else compares as it is.
/// </summary>
sealed class TextCondition(RuleVariable variable, TextOperator op, string operand, bool negated) : LocalCondition(variable)
{
    readonly VariableKind _kind = RuleVariableNames.KindOf(variable);

    /// <summary>Whether no value of the variable can be what is looked for: a domain has no @, and every sender but the empty one has.</summary>
    public bool IsFutile => _kind switch
    {
        VariableKind.Domain => operand.Contains('@') && !operand.AsSpan().ContainsAny('[', ']'),
        VariableKind.Mailbox => op == TextOperator.Equal && Variable == RuleVariable.Sender && operand.Length > 0 && !operand.Contains('@'),
        _ => false,
    };

    public override bool? Decide(Supposition supposition) =>
        supposition.Text(Variable) is { } value ? Compare(value) ^ negated
        : op != TextOperator.Equal && operand.Length == 0 ? !negated
        : IsFutile ? negated
        : null;

    protected override bool Holds(IRuleSubject subject) => Compare(subject.Text(Variable)) ^ negated;

    bool Compare(string value)
    {
        if (operand.Length > value.Length || (op == TextOperator.Equal && operand.Length != value.Length))
            return false;
        var start = op == TextOperator.EndsWith ? value.Length - operand.Length : 0;
        var domainStart = DomainStart(value);
        var exact = Math.Clamp(domainStart - start, 0, operand.Length);
        var part = value.AsSpan(start, operand.Length);
        return part[..exact].SequenceEqual(operand.AsSpan(0, exact))
            && part[exact..].Equals(operand.AsSpan(exact), StringComparison.OrdinalIgnoreCase);
    }

    int DomainStart(string value) => _kind switch
    {
        VariableKind.Domain => 0,
        VariableKind.Mailbox when value.LastIndexOf('@') is >= 0 and var at => at + 1,
        _ => value.Length,
    };
}
