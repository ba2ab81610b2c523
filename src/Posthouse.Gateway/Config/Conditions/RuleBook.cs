using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>The named conditions. Each is compiled once, however often it is named, and then checked against each place's stage.</summary>
sealed class RuleBook
{
    const int MaxChain = 32;

    // Rules that name each other twice would double at each step.
    const int MaxSize = 10_000;
    readonly Dictionary<string, TomlTable> _tables = new(StringComparer.Ordinal);
    readonly Dictionary<string, Compiled> _compiled = new(StringComparer.Ordinal);

    // The rules being compiled, each named by the one before it, and the deepest that the last of them has named.
    readonly List<string> _open = [];
    int _deepest;

    public void Declare(string id, TomlTable table) => _tables[id] = table;

    /// <summary>Compiles those that nothing names too, so that their faults show.</summary>
    public void CompileAll(ReadScope scope)
    {
        foreach (var (id, table) in _tables)
        {
            var condition = Compile(id, scope).Condition;
            if (condition?.Decide(Supposition.Nothing) is true)
                scope.Findings.Warn(table, "always holds, whatever it asks about");
            UnreachableBranches.WarnIfNever(table, condition, scope);
        }
    }

    /// <summary>The condition that <paramref name="node"/> names; null with the reason reported.</summary>
    public Condition? Find(string id, TomlNode node, VariableSet known, ReadScope scope)
    {
        scope.Names.Used.Add(("rule", id));
        if (!_tables.ContainsKey(id))
        {
            scope.Findings.NotThere(node, $"there is no [rule.{ConfigFindings.Quoted(id)}]{DidYouMean.Hint(id, _tables.Keys)}");
            return null;
        }
        if (_open.Contains(id))
        {
            scope.Findings.Error(node, $"rule {ConfigFindings.Quoted(id)} depends on itself");
            return null;
        }
        var isTooDeep = _open.Count >= MaxChain && !_compiled.ContainsKey(id);
        var (condition, depth) = isTooDeep ? default : Compile(id, scope);
        if (isTooDeep || (_open.Count > 0 && depth >= MaxChain))
        {
            scope.Findings.Error(node, $"rules name each other more than {MaxChain} deep");
            return null;
        }
        if (condition?.Size > MaxSize)
        {
            scope.Findings.Error(node, $"rule {ConfigFindings.Quoted(id)} comes to more than {MaxSize} comparisons, counted each time that one is named");
            return null;
        }
        if (condition?.Uses.Without(known) is not { Bits: not 0 } unknown)
            return condition;
        scope.Findings.Error(node, $"rule {ConfigFindings.Quoted(id)} asks about {unknown}, not known here; known are {known}");
        return null;
    }

    Compiled Compile(string id, ReadScope scope)
    {
        if (!_compiled.TryGetValue(id, out var rule))
        {
            var outer = _deepest;
            _deepest = 0;
            _open.Add(id);
            var condition = new ConditionReader(scope, Stages.Everything).Read(_tables[id]);
            _open.RemoveAt(_open.Count - 1);
            _compiled[id] = rule = new Compiled(condition, _deepest + 1);
            _deepest = outer;
        }
        _deepest = Math.Max(_deepest, rule.Depth);
        return rule;
    }

    /// <summary>A rule, and how many it takes to get to the last one that it depends on, itself counted.</summary>
    readonly record struct Compiled(Condition? Condition, int Depth);
}
