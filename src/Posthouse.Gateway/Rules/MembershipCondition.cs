namespace Posthouse.Gateway.Rules;

/// <summary><c>in-list</c>. An empty value (a stranger, the null reverse-path) stands in no list and no host is asked about it.</summary>
sealed class MembershipCondition(RuleVariable variable, IMembership membership, bool negated) : Condition
{
    public override VariableSet Uses => VariableSet.Of(variable);

    public override bool? Decide(Supposition supposition) => supposition.Text(variable) is "" ? negated : null;

    public override ValueTask<Evaluation<bool>> HoldsAsync(IRuleSubject subject, CancellationToken cancellationToken)
    {
        var value = subject.Text(variable);
        if (value.Length == 0)
            return new(new Evaluation<bool>(negated));
        var asked = membership.ContainsAsync(value, cancellationToken);
        return asked.IsCompletedSuccessfully ? new(Settle(asked.Result)) : AwaitAsync(asked);
    }

    async ValueTask<Evaluation<bool>> AwaitAsync(ValueTask<Membership> asked) => Settle(await asked);

    Evaluation<bool> Settle(Membership answer) => answer switch
    {
        Membership.Yes => new(!negated),
        Membership.No => new(negated),
        _ => Evaluation<bool>.Unavailable($"{membership.Name} could not be asked about {RuleVariableNames.NameOf(variable)}"),
    };
}
