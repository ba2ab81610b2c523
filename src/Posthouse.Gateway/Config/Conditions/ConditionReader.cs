using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>Compiles a condition: <c>{ if = VAR, OP = X }</c>, <c>any-of</c>, <c>all-of</c>, <c>none-of</c> or <c>{ rule = "id" }</c>.</summary>
sealed class ConditionReader(ReadScope scope, VariableSet known)
{
    static readonly string[] Heads = ["if", "any-of", "all-of", "none-of", "rule"];

    /// <summary>Whether a table is meant as a condition or a branch, rather than as a value.</summary>
    public static bool IsCondition(TomlTable table) => Heads.Any(table.Entries.ContainsKey);

    /// <summary>Reads the condition in a table; null with the faults reported. <paramref name="besides"/> may stand there too.</summary>
    public Condition? Read(TomlTable table, string? besides = null)
    {
        var heads = table.Entries.Keys.Where(Heads.Contains).ToList();
        if (heads.Count != 1)
        {
            scope.Findings.Error(table, heads.Count == 0
                ? $"lacks a condition: one of {string.Join(", ", Heads)}"
                : $"has more than one condition: {string.Join(", ", heads)}");
            return null;
        }
        var head = table.Entries[heads[0]];
        var others = table.Entries.Where(entry => entry.Key != heads[0] && entry.Key != besides).ToList();
        if (heads[0] == "if")
            return ReadComparison(table, head, others);
        foreach (var (name, node) in others)
            scope.Findings.ErrorAtKey(node, $"does not belong beside {heads[0]}");
        return heads[0] == "rule" ? ReadRule(head) : ReadParts(heads[0], head);
    }

    Condition? ReadRule(TomlNode node) =>
        ConfigTypes.Text.TryRead(node, scope, out var id) ? scope.Rules.Find(id, node, known, scope) : null;

    Junction? ReadParts(string head, TomlNode node)
    {
        List<TomlNode> items = node is TomlArray array ? array.Items : [node];
        if (items.Count == 0)
            scope.Findings.Error(node, "is empty");
        var parts = new List<Condition>();
        foreach (var item in items)
        {
            if (item is not TomlTable table)
                scope.Expected(item, "a condition such as { if = \"sender-domain\", eq = \"example.org\" }");
            else if (Read(table) is { } part)
                parts.Add(part);
        }
        if (parts.Count != items.Count || parts.Count == 0)
            return null;
        return head switch
        {
            "any-of" => Junction.AnyOf(parts),
            "all-of" => Junction.AllOf(parts),
            _ => Junction.NoneOf(parts),
        };
    }

    Condition? ReadComparison(TomlTable table, TomlNode head, List<KeyValuePair<string, TomlNode>> others)
    {
        var isKnown = TryReadVariable(head, out var variable);
        var operators = others.Where(entry => ConditionOperators.All.ContainsKey(entry.Key)).ToList();
        foreach (var (name, node) in others)
            if (!ConditionOperators.All.ContainsKey(name))
                scope.Findings.ErrorAtKey(node, $"is not an operator{DidYouMean.Hint(name, ConditionOperators.All.Keys)}");
        if (operators.Count != 1)
        {
            if (others.Count == operators.Count)
                scope.Findings.Error(table, operators.Count == 0 ? "lacks an operator such as eq" : "has more than one operator");
            return null;
        }
        var (op, isNegated) = ConditionOperators.All[operators[0].Key];
        return isKnown ? new ComparisonReader(scope, variable, operators[0].Value).Read(op, isNegated) : null;
    }

    bool TryReadVariable(TomlNode node, out RuleVariable variable)
    {
        variable = default;
        if (!ConfigTypes.Text.TryRead(node, scope, out var name))
            return false;
        if (!RuleVariableNames.TryParse(name, out variable))
        {
            scope.Findings.Error(node, $"{ConfigFindings.Quoted(name)} is not a variable{DidYouMean.Hint(name, RuleVariableNames.All.Select(v => v.Name))}");
            return false;
        }
        if (known.Contains(variable))
            return true;
        scope.Findings.Error(node, $"{name} is not known here; known are {known}");
        return false;
    }
}
