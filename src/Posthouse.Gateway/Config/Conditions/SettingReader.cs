using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Conditions;

/// <summary>A setting that was read.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Uses">The variables it depends on.</param>
sealed record CompiledSetting<T>(Setting<T> Setting, VariableSet Uses)
{
    /// <summary>Each value it can have.</summary>
    public IReadOnlyList<T> Values => Setting.Values;
}

/// <summary>Reads a value, or an if-block: <c>[ { if = VAR, OP = X, then = V }, …, { else = V } ]</c>.</summary>
static class SettingReader
{
    const string Then = "then";
    const string Else = "else";

    /// <summary>Null with the faults reported.</summary>
    public static CompiledSetting<T>? Read<T>(TomlNode node, ConfigType<T> type, VariableSet known, ReadScope scope)
    {
        if (node is TomlArray array && array.Items.Exists(IsBranch))
            return ReadBlock(array, type, known, scope);
        if (node is TomlTable table && IsBranch(table))
        {
            scope.Findings.Error(node, "an if-block is a list: [ { if = ..., then = ... }, { else = ... } ]");
            return null;
        }
        return type.TryRead(node, scope, out var value) ? new(Setting<T>.Of(value), VariableSet.Empty) : null;
    }

    static bool IsBranch(TomlNode node) =>
        node is TomlTable table && (table.Entries.ContainsKey(Then) || table.Entries.ContainsKey(Else) || ConditionReader.IsCondition(table));

    static CompiledSetting<T>? ReadBlock<T>(TomlArray block, ConfigType<T> type, VariableSet known, ReadScope scope)
    {
        var conditions = new ConditionReader(scope, known);
        var branches = new List<RuleBranch<T>>();
        var written = new List<(TomlTable, Condition?)>();
        foreach (var item in block.Items.SkipLast(1))
        {
            if (item is not TomlTable table)
                scope.Expected(item, "a branch such as { if = ..., then = ... }");
            else if (table.Entries.TryGetValue(Else, out var early))
                scope.Findings.ErrorAtKey(early, "must stand last: what follows it is never reached");
            else
                written.Add((table, AddBranch(table, branches)));
        }
        if (block.Items[^1] is not TomlTable last || !last.Entries.TryGetValue(Else, out var otherwise))
        {
            if (block.Items[^1] is TomlTable open)
                AddBranch(open, branches);
            scope.Findings.Error(block, "must end in { else = ... }: what holds where no branch decides");
            return null;
        }
        UnreachableBranches.Warn(written, scope);
        foreach (var (name, node) in last.Entries)
            if (name != Else)
                scope.Findings.ErrorAtKey(node, "does not belong beside else");
        if (!type.TryRead(otherwise, scope, out var value) || branches.Count != block.Items.Count - 1)
            return null;
        var uses = branches.Aggregate(VariableSet.Empty, (set, branch) => set.With(branch.Condition.Uses));
        return new(new RuleSetting<T>(branches, value), uses);

        Condition? AddBranch(TomlTable table, List<RuleBranch<T>> to)
        {
            var condition = conditions.Read(table, besides: Then);
            if (!table.Entries.TryGetValue(Then, out var then))
                scope.Findings.Error(table, "lacks then = ...");
            else if (type.TryRead(then, scope, out var held) && condition is not null)
                to.Add(new(condition, held));
            return condition;
        }
    }
}
