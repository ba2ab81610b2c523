using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[rule.&lt;id&gt;]</c>: named conditions.</summary>
static class RuleSection
{
    static readonly ConfigType<TomlTable> Condition = new(
        "a condition such as { if = \"listener\", eq = \"smtp\" }", ReadTable, new ValueForm.Condition(Stages.Everything));

    public static TableShape Shape { get; } = new("rule", new Key<TomlTable?>(
        "*",
        "A condition that others name as { rule = \"id\" } wherever one may stand; it may ask about what is known at each place "
        + "that names it.",
        Condition.Select(table => (TomlTable?)table),
        null) { Example = "{ any-of = [ { if = \"remote-ip\", eq = \"10.0.0.0/8\" }, { if = \"authenticated-as\", ne = \"\" } ] }" });

    public static void ReadAll(TomlTable root, ReadScope scope)
    {
        foreach (var (id, node) in TablesById.OrEmpty(root, "rule").Entries)
            if (Condition.TryRead(node, scope, out var table))
                scope.Rules.Declare(id, table);
        scope.Rules.CompileAll(scope);
    }

    static bool ReadTable(TomlNode node, ReadScope scope, out TomlTable table)
    {
        table = (node as TomlTable)!;
        return table is not null || scope.Expected(node, Condition.Name);
    }
}
