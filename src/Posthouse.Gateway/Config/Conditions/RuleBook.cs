using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>The named conditions. Each is compiled once, however often it is named, and then checked against each place's stage.</summary>
sealed class RuleBook
{
    const int MaxChain = 32;
    readonly Dictionary<string, TomlTable> _tables = new(StringComparer.Ordinal);
    readonly Dictionary<string, Condition?> _compiled = new(StringComparer.Ordinal);
    readonly List<string> _open = [];

    public void Declare(string id, TomlTable table) => _tables[id] = table;

    /// <summary>Compiles those that nothing names too, so that their faults show.</summary>
    public void CompileAll(ReadScope scope)
    {
        foreach (var id in _tables.Keys)
            Compile(id, scope);
    }

    /// <summary>The condition that <paramref name="node"/> names; null with the reason reported.</summary>
    public Condition? Find(string id, TomlNode node, VariableSet known, ReadScope scope)
    {
        if (!_tables.ContainsKey(id))
        {
            scope.Findings.Error(node, $"there is no [rule.{ConfigFindings.Quoted(id)}]{DidYouMean.Hint(id, _tables.Keys)}");
            return null;
        }
        if (_open.Contains(id) || (_open.Count >= MaxChain && !_compiled.ContainsKey(id)))
        {
            scope.Findings.Error(node, _open.Contains(id)
                ? $"rule {ConfigFindings.Quoted(id)} depends on itself"
                : $"rules name each other more than {MaxChain} deep");
            return null;
        }
        var condition = Compile(id, scope);
        if (condition?.Uses.Without(known) is not { Bits: not 0 } unknown)
            return condition;
        scope.Findings.Error(node, $"rule {ConfigFindings.Quoted(id)} asks about {unknown}, not known here; known are {known}");
        return null;
    }

    Condition? Compile(string id, ReadScope scope)
    {
        if (_compiled.TryGetValue(id, out var known))
            return known;
        _open.Add(id);
        var condition = new ConditionReader(scope, Stages.Everything).Read(_tables[id]);
        _open.RemoveAt(_open.Count - 1);
        return _compiled[id] = condition;
    }
}
