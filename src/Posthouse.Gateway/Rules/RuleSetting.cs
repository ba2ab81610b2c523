namespace Posthouse.Gateway.Rules;

/// <summary>One branch of an if-block: <c>{ if = …, then = … }</c>.</summary>
sealed record RuleBranch<T>(Condition Condition, T Value);

/// <summary>An if-block: the first branch whose condition holds gives the value, else the last entry does.</summary>
sealed class RuleSetting<T>(IEnumerable<RuleBranch<T>> branches, T otherwise) : Setting<T>
{
    readonly RuleBranch<T>[] _branches = [.. branches];

    public override IReadOnlyList<T> Values => [.. _branches.Select(static branch => branch.Value), otherwise];

    internal override bool TryDecide(Supposition supposition, out T value)
    {
        value = otherwise;
        foreach (var branch in _branches)
        {
            var holds = branch.Condition.Decide(supposition);
            if (holds is null)
                return false;
            if (!holds.Value)
                continue;
            value = branch.Value;
            return true;
        }
        return true;
    }

    public override ValueTask<Evaluation<T>> EvaluateAsync(IRuleSubject subject, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _branches.Length; i++)
        {
            var asked = _branches[i].Condition.HoldsAsync(subject, cancellationToken);
            if (!asked.IsCompletedSuccessfully)
                return FinishAsync(asked, i, subject, cancellationToken);
            var answer = asked.Result;
            if (!answer.IsAvailable)
                return new(Evaluation<T>.Unavailable(answer.Reason));
            if (answer.Value)
                return new(new Evaluation<T>(_branches[i].Value));
        }
        return new(new Evaluation<T>(otherwise));
    }

    async ValueTask<Evaluation<T>> FinishAsync(
        ValueTask<Evaluation<bool>> asked, int index, IRuleSubject subject, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await asked;
            if (!answer.IsAvailable)
                return Evaluation<T>.Unavailable(answer.Reason);
            if (answer.Value)
                return new Evaluation<T>(_branches[index].Value);
            if (++index == _branches.Length)
                return new Evaluation<T>(otherwise);
            asked = _branches[index].Condition.HoldsAsync(subject, cancellationToken);
        }
    }
}
