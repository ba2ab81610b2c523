using System.Runtime.CompilerServices;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Model;

/// <summary>A bound on what a condition holds for, counted apart for each value of a key.</summary>
/// <param name="Match">What it holds for; null = all.</param>
/// <param name="Key">What it is counted by; nothing = all of it together.</param>
abstract record BoundModel(Condition? Match, IReadOnlyList<RuleVariable> Key)
{
    /// <summary>
    /// As it stands in the file, and the how many-eth of those that stand there so. Bounds that are written alike are one bound, so that its counts
    /// outlive a reload; one that was not read from a file (empty) is like no other.
    /// </summary>
    public string Written { get; init; } = "";

    /// <summary>The variables that it asks about.</summary>
    public VariableSet Uses { get; } = VariableSet.Of([.. Key]).With(Match?.Uses ?? VariableSet.Empty);

    public virtual bool Equals(BoundModel? other) =>
        ReferenceEquals(this, other) || (other is not null && EqualityContract == other.EqualityContract && Written.Length > 0 && Written == other.Written);

    public override int GetHashCode() => Written.Length > 0 ? Written.GetHashCode(StringComparison.Ordinal) : RuntimeHelpers.GetHashCode(this);
}
