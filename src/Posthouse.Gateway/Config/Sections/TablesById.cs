using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The tables below one that have ids: <c>[remote.&lt;id&gt;]</c>. What is no table there is reported by the schema.</summary>
static class TablesById
{
    public static IEnumerable<KeyValuePair<string, TomlTable>> Of(TomlTable root, string path)
    {
        if (root.Find(path) is not TomlTable parent)
            yield break;
        foreach (var (id, node) in parent.Entries)
            if (node is TomlTable table)
                yield return new(id, table);
    }

    /// <summary>A table that may be missing; an empty one then.</summary>
    public static TomlTable OrEmpty(TomlTable root, string path) =>
        root.Find(path) as TomlTable ?? new TomlTable(root.Place, root.KeyPlace, path, TableOrigin.Implied);
}
