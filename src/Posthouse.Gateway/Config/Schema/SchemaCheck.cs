using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Schema;

/// <summary>
/// Walks a whole configuration and reports every key that is unknown; and, once for each table that holds some, those that are
/// of the era only or not acted on yet. What a known key's value must be is its section's affair.
/// </summary>
sealed class SchemaCheck(ReadScope scope)
{
    public void Walk(TomlTable table, IReadOnlyList<SchemaNode> here)
    {
        var ofTheEra = new List<TomlNode>();
        var notActedOn = new List<TomlNode>();
        foreach (var (name, node) in table.Entries)
        {
            var next = here.SelectMany(place => place.Follow(name)).ToList();
            if (next.Count == 0)
                scope.Findings.ErrorAtKey(node, $"is not a known key{HintFor(name, here)}");
            else if (next.Find(place => place.Key is not null && !(node is TomlTable && place.HasChildren)) is { Key: { } key })
            {
                if (key.IsSecret)
                    ReadableSecrets.Warn(node, scope);
                if (key.IsActedOn)
                    continue;
                key.Check(node, scope);
                notActedOn.Add(node);
            }
            else if (next.Exists(place => place.IsOfTheEra))
                NoteEra(node, ofTheEra);
            else
                Descend(node, next);
        }
        Warn(table, ofTheEra, "of the Stalwart era, not implemented here and ignored");
        Warn(table, notActedOn, "read but not acted on yet");
    }

    void Descend(TomlNode node, List<SchemaNode> next)
    {
        var each = next.Select(place => place.Each).OfType<SchemaNode>().ToList();
        switch (node)
        {
            case TomlTable table when each.Count < next.Count:
                Walk(table, next);
                break;
            case TomlArray array when each.Count > 0 && array.Items.TrueForAll(item => item is TomlTable):
                foreach (var item in array.Items)
                    Walk((TomlTable)item, each);
                break;
            default:
                var missing = IsId(node, next) ? $": is a name missing in the header, as in [{ParentOf(node)}.<id>]?" : "";
                scope.Findings.ErrorAtKey(node, each.Count > 0 ? $"must be a list of tables: [[{node.Key}]]" : $"must be a table, not {node.Kind}{missing}");
                break;
        }
    }

    /// <summary>Whether it stands where the name of a thing does.</summary>
    static bool IsId(TomlNode node, List<SchemaNode> next) => next.TrueForAll(place => ConfigSchema.Root.Find(ParentOf(node))?.BelowId == place);

    static string ParentOf(TomlNode node) => node.Key[..Math.Max(0, node.Key.LastIndexOf('.'))];

    void NoteEra(TomlNode node, List<TomlNode> ofTheEra)
    {
        if (node is not TomlTable table || table.Origin == TableOrigin.Inline)
        {
            ofTheEra.Add(node);
            return;
        }
        var below = new List<TomlNode>();
        foreach (var entry in table.Entries.Values)
            NoteEra(entry, below);
        if (below.Count > 0 || table.HeaderFiles.Count > 0)
            scope.Findings.WarnAtKey(table, "is of the Stalwart era, not implemented here and ignored");
    }

    void Warn(TomlTable table, List<TomlNode> nodes, string what)
    {
        if (nodes.Count == 0)
            return;
        var names = nodes.Select(node => node.Key.StartsWith(table.Key + ".", StringComparison.Ordinal) ? node.Key[(table.Key.Length + 1)..] : node.Key);
        scope.Findings.Warn(nodes[0].KeyPlace, table.Key, $"{string.Join(", ", names)} {(nodes.Count == 1 ? "is" : "are")} {what}");
    }

    static string HintFor(string name, IReadOnlyList<SchemaNode> here)
    {
        var hint = DidYouMean.Hint(name, here.SelectMany(place => place.Names));
        if (hint.Length > 0)
            return hint;
        var below = here.Select(place => place.FindBelow(name)).FirstOrDefault(found => found is not null);
        return below is null ? "" : $"; did you mean \"{below}\"?";
    }
}
