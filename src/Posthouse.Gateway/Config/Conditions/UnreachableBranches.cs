using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>Warns of branches of an if-block that nothing ever comes to, and of conditions that decide nothing.</summary>
static class UnreachableBranches
{
    /// <summary>Looks at the branches before <c>else</c>, each with its condition, null where that has faults.</summary>
    public static void Warn(IReadOnlyList<(TomlTable Table, Condition? Condition)> branches, ReadScope scope)
    {
        var before = new Dictionary<string, int>(StringComparer.Ordinal);
        TomlTable? always = null;
        foreach (var (branch, condition) in branches)
        {
            if (always is not null)
                scope.Findings.Warn(branch, $"is never reached: the condition at line {always.Place.Line} always holds");
            else if (!before.TryAdd(Written(branch), branch.Place.Line))
                scope.Findings.Warn(branch, $"is never reached: the branch at line {before[Written(branch)]} has the same condition");
            else if (condition?.Decide(Supposition.Nothing) is true)
                always = branch;
            else
                WarnIfNever(branch, condition, scope);
        }
        if (always is not null && branches[^1].Table == always)
            scope.Findings.Warn(always, "always holds, so that else is never reached");
    }

    /// <summary>A comparison by itself is told where it stands, with the reason.</summary>
    public static void WarnIfNever(TomlTable table, Condition? condition, ReadScope scope)
    {
        if (condition?.Decide(Supposition.Nothing) is false && !table.Entries.ContainsKey("if"))
            scope.Findings.Warn(table, "never holds, whatever it asks about");
    }

    static string Written(TomlTable branch) => string.Join(", ", branch.Entries
        .Where(entry => entry.Key != "then").OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key} = {TomlWriter.Write(entry.Value)}"));
}
