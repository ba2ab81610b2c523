using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>Warns of branches of an if-block that nothing ever comes to.</summary>
static class UnreachableBranches
{
    static readonly string[] AnyPattern = ["", "^", "$", ".*", "^.*", ".*$", "^.*$"];

    /// <summary>Looks at the branches before <c>else</c>, as they are written.</summary>
    public static void Warn(IEnumerable<TomlNode> branches, ReadScope scope)
    {
        var before = new Dictionary<string, int>(StringComparer.Ordinal);
        TomlTable? always = null;
        foreach (var branch in branches.OfType<TomlTable>())
        {
            if (always is not null)
                scope.Findings.Warn(branch, $"is never reached: the condition at line {always.Place.Line} always holds");
            else if (!before.TryAdd(Condition(branch), branch.Place.Line))
                scope.Findings.Warn(branch, $"is never reached: the branch at line {before[Condition(branch)]} has the same condition");
            else if (AlwaysHolds(branch, scope.Rules))
                always = branch;
        }
        if (always is not null && branches.LastOrDefault() == always)
            scope.Findings.Warn(always, "always holds, so that else is never reached");
    }

    static string Condition(TomlTable branch) => string.Join(", ", branch.Entries
        .Where(entry => entry.Key != "then").OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key} = {TomlWriter.Write(entry.Value)}"));

    /// <summary>Whether a condition does, as far as that shows without a value. The rules that it names have been compiled.</summary>
    public static bool AlwaysHolds(TomlNode node, RuleBook rules)
    {
        if (node is not TomlTable { Entries: var entries })
            return false;
        if (entries.TryGetValue("rule", out var named))
            return named is TomlText { Value: var id } && rules.AlwaysHolds(id);
        if (entries.TryGetValue("any-of", out var any))
            return PartsOf(any).Exists(part => AlwaysHolds(part, rules));
        if (entries.TryGetValue("all-of", out var all))
            return PartsOf(all) is { Count: > 0 } parts && parts.TrueForAll(part => AlwaysHolds(part, rules));
        return entries.ContainsKey("if")
            && (Is(entries, "starts-with", [""]) || Is(entries, "ends-with", [""]) || Is(entries, "matches", AnyPattern));
    }

    static List<TomlNode> PartsOf(TomlNode node) => node is TomlArray array ? array.Items : [node];

    static bool Is(IReadOnlyDictionary<string, TomlNode> entries, string op, string[] operands) =>
        entries.TryGetValue(op, out var node) && node is TomlText { Value: var text } && operands.Contains(text, StringComparer.Ordinal);
}
