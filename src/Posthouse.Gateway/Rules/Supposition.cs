namespace Posthouse.Gateway.Rules;

/// <summary>What is supposed of a subject before there is one: the text of some variables, and nothing of the others.</summary>
sealed class Supposition(params IEnumerable<(RuleVariable Variable, string Text)> known)
{
    readonly Dictionary<RuleVariable, string> _texts = known.ToDictionary(static one => one.Variable, static one => one.Text);

    /// <summary>Nothing at all: what is certain then always is.</summary>
    public static Supposition Nothing { get; } = new();

    /// <summary>Null where nothing is supposed of it.</summary>
    public string? Text(RuleVariable variable) => _texts.GetValueOrDefault(variable);
}
