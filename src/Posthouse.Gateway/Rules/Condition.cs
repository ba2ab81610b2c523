namespace Posthouse.Gateway.Rules;

/// <summary>A compiled, immutable condition. Completes synchronously unless a remote host must be asked.</summary>
abstract class Condition
{
    /// <summary>The variables it asks about.</summary>
    public abstract VariableSet Uses { get; }

    /// <summary>The comparisons that it may take; a named rule counts each time that it is named.</summary>
    public virtual long Size => 1;

    /// <summary>
    /// What it comes to wherever no more is known than what is supposed, as far as that shows without asking anybody; null = that depends. An
    /// unavailable host may still leave it undecided.
    /// </summary>
    public virtual bool? Decide(Supposition supposition) => null;

    public abstract ValueTask<Evaluation<bool>> HoldsAsync(IRuleSubject subject, CancellationToken cancellationToken);
}

/// <summary>A condition on one variable that the subject alone can answer.</summary>
abstract class LocalCondition(RuleVariable variable) : Condition
{
    protected RuleVariable Variable { get; } = variable;

    public override VariableSet Uses => VariableSet.Of(Variable);

    public override ValueTask<Evaluation<bool>> HoldsAsync(IRuleSubject subject, CancellationToken cancellationToken) =>
        new(new Evaluation<bool>(Holds(subject)));

    protected abstract bool Holds(IRuleSubject subject);
}
