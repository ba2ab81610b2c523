namespace Posthouse.Gateway.Rules;

/// <summary>Compares an address with an address or a network. No address, as on a Unix socket, lies in no network.</summary>
sealed class AddressCondition(RuleVariable variable, AddressMask mask, bool negated) : LocalCondition(variable)
{
    protected override bool Holds(IRuleSubject subject) =>
        (subject.Address(Variable) is { } address && mask.Contains(address)) ^ negated;
}

/// <summary>Compares <c>size</c>, <c>priority</c> or <c>is-tls</c> (0 or 1).</summary>
sealed class NumberCondition(RuleVariable variable, long operand, bool negated) : LocalCondition(variable)
{
    /// <summary>Whether no value of the variable can be what is looked for: priorities alone go below zero (RFC 6710).</summary>
    public bool IsFutile => operand < 0 && Variable != RuleVariable.Priority;

    public override bool? Decide(Supposition supposition) => IsFutile ? negated : null;

    protected override bool Holds(IRuleSubject subject) => (subject.Number(Variable) == operand) ^ negated;
}
