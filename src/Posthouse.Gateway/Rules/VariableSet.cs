namespace Posthouse.Gateway.Rules;

/// <summary>A set of variables: what is known at a stage, or what a condition asks about.</summary>
readonly record struct VariableSet(uint Bits)
{
    public static VariableSet Empty { get; }

    public static VariableSet Of(params ReadOnlySpan<RuleVariable> variables)
    {
        var bits = 0u;
        foreach (var variable in variables)
            bits |= 1u << (int)variable;
        return new VariableSet(bits);
    }

    public bool Contains(RuleVariable variable) => (Bits & (1u << (int)variable)) != 0;

    public VariableSet With(VariableSet other) => new(Bits | other.Bits);

    public VariableSet Without(VariableSet other) => new(Bits & ~other.Bits);

    public VariableSet With(params ReadOnlySpan<RuleVariable> variables) => With(Of(variables));

    /// <summary>The names, as a configuration writes them, in the order of <see cref="RuleVariable"/>.</summary>
    public override string ToString()
    {
        var set = this;
        return string.Join(", ", RuleVariableNames.All.Where(v => set.Contains(v.Variable)).Select(v => v.Name));
    }
}
