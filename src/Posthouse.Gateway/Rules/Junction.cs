namespace Posthouse.Gateway.Rules;

/// <summary>
/// <c>any-of</c>, <c>all-of</c>, <c>none-of</c>: asks the parts in order and stops at the first that decides. A part that is
/// unavailable makes the whole unavailable; what stands after it is not asked.
/// </summary>
/// <remarks>
/// This is McCarthy's logic of three values, in which the order counts: <c>true or unavailable</c> is true, <c>unavailable or
/// true</c> is unavailable. Kleene's, in which both are true, would go on past a host that is down and so let an outage choose
/// the branch, and would ask more hosts the more of them are down.
/// </remarks>
sealed class Junction : Condition
{
    readonly Condition[] _parts;
    readonly bool _decisive;
    readonly bool _negated;

    Junction(IEnumerable<Condition> parts, bool decisive, bool negated)
    {
        _parts = [.. parts];
        _decisive = decisive;
        _negated = negated;
        Size = _parts.Sum(static part => part.Size);
        Uses = _parts.Aggregate(VariableSet.Empty, (set, part) => set.With(part.Uses));
    }

    public override VariableSet Uses { get; }

    public override long Size { get; }

    public static Junction AnyOf(IEnumerable<Condition> parts) => new(parts, decisive: true, negated: false);

    public static Junction AllOf(IEnumerable<Condition> parts) => new(parts, decisive: false, negated: false);

    public static Junction NoneOf(IEnumerable<Condition> parts) => new(parts, decisive: true, negated: true);

    public override bool? Decide(Supposition supposition)
    {
        var isOpen = false;
        foreach (var part in _parts)
        {
            var known = part.Decide(supposition);
            if (known == _decisive)
                return _decisive ^ _negated;
            isOpen |= known is null;
        }
        return isOpen ? null : !_decisive ^ _negated;
    }

    public override ValueTask<Evaluation<bool>> HoldsAsync(IRuleSubject subject, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            var asked = _parts[i].HoldsAsync(subject, cancellationToken);
            if (!asked.IsCompletedSuccessfully)
                return FinishAsync(asked, i, subject, cancellationToken);
            var answer = asked.Result;
            if (Decides(answer))
                return new(Settle(answer));
        }
        return new(new Evaluation<bool>(!_decisive ^ _negated));
    }

    async ValueTask<Evaluation<bool>> FinishAsync(
        ValueTask<Evaluation<bool>> asked, int index, IRuleSubject subject, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await asked;
            if (Decides(answer))
                return Settle(answer);
            if (++index == _parts.Length)
                return new Evaluation<bool>(!_decisive ^ _negated);
            asked = _parts[index].HoldsAsync(subject, cancellationToken);
        }
    }

    bool Decides(Evaluation<bool> answer) => !answer.IsAvailable || answer.Value == _decisive;

    Evaluation<bool> Settle(Evaluation<bool> answer) =>
        answer.IsAvailable ? new Evaluation<bool>(answer.Value ^ _negated) : answer;
}
