namespace Posthouse.Gateway.Rules;

/// <summary>A setting: one value, or a list of branches of which the first that holds decides (DIALECT §5).</summary>
public abstract class Setting<T>
{
    /// <summary>A setting that is always the same.</summary>
    public static Setting<T> Of(T value) => new Constant(value);

    /// <summary>Evaluates at one moment. Completes synchronously unless a remote host must be asked.</summary>
    public abstract ValueTask<Evaluation<T>> EvaluateAsync(IRuleSubject subject, CancellationToken cancellationToken);

    /// <summary>The value, where it depends on nothing; else null/default and false.</summary>
    public virtual bool TryGetConstant(out T value)
    {
        value = default!;
        return false;
    }

    /// <summary>Each value that it may come to; empty where that cannot be told.</summary>
    public virtual IReadOnlyList<T> Values => TryGetConstant(out var value) ? [value] : [];

    /// <summary>The value, where it is certain under what is supposed; else null/default and false.</summary>
    internal virtual bool TryDecide(Supposition supposition, out T value) => TryGetConstant(out value);

    public static implicit operator Setting<T>(T value) => Of(value);

    sealed class Constant(T value) : Setting<T>
    {
        public override ValueTask<Evaluation<T>> EvaluateAsync(IRuleSubject subject, CancellationToken cancellationToken) =>
            new(new Evaluation<T>(value));

        public override bool TryGetConstant(out T constant)
        {
            constant = value;
            return true;
        }
    }
}
