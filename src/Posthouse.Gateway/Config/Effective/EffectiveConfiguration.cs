using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>Every setting of a configuration that has no errors, those it does not name too, and where each comes from.</summary>
public static class EffectiveConfiguration
{
    const string Server = "server";
    const string ListenerPath = "server.listener.*";
    const string AnyId = "*";

    /// <summary>Reads the files, included ones too. What is of the era only has no effect and is left out.</summary>
    /// <param name="path">The main file, which has been checked.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<EffectiveValue> Read(string path) => Of(ReadTables(IncludedFiles.ReadText(path), path));

    internal static TomlTable ReadTables(string text, string path)
    {
        // Nothing is asked while it is read, so that no membership is ever made.
        var scope = new ReadScope(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", static _ => throw new InvalidOperationException());
        var start = new Place(path, 1, 1);
        var root = new TomlTable(start, start, "", TableOrigin.Header);
        TomlFile.Read(text, path, root, scope.Findings);
        IncludedFiles.AddTo(root, scope);
        return root;
    }

    internal static IReadOnlyList<EffectiveValue> Of(TomlTable root)
    {
        var values = new List<EffectiveValue>();
        foreach (var shape in ConfigSchema.Shapes)
            foreach (var (_, inTable) in ByTable(root, shape))
                values.AddRange(inTable);
        return values;
    }

    /// <summary>Each table of a shape by its full name, with its values.</summary>
    internal static IEnumerable<(string Name, IReadOnlyList<EffectiveValue> Values)> ByTable(TomlTable root, TableShape shape)
    {
        foreach (var (name, table) in TablesOf(root, shape.Path))
        {
            var values = new List<EffectiveValue>();
            Add(values, name, table, shape.Path == ListenerPath ? root.Find(Server) as TomlTable : null, shape.Keys);
            yield return (name, values);
        }
    }

    static void Add(List<EffectiveValue> values, string name, TomlTable? table, TomlTable? inherited, IReadOnlyList<KeyDescription> keys)
    {
        foreach (var key in keys)
        {
            if (key.Name == AnyId)
            {
                foreach (var (id, entry) in table?.Entries ?? new Dictionary<string, TomlNode>())
                    values.Add(Written(Join(name, TomlWriter.Name(id)), entry, key));
                continue;
            }
            var full = Join(name, key.Name);
            var node = Find(table, key) ?? Find(inherited, key);
            // A key that has others below it is a value or a table of these.
            if (node is TomlTable { Origin: not TableOrigin.Inline })
                continue;
            if (node is not null)
                values.Add(Written(full, node, key));
            else if (!key.IsRequired)
                values.Add(new EffectiveValue(full, DefaultText.Of(key), null, 0) { Compared = ComparedValue.OfDefault(key) });
        }
    }

    static EffectiveValue Written(string name, TomlNode node, KeyDescription key) =>
        new(name, SecretMask.Show(node, key), node.Place.File, node.Place.Line)
        {
            Compared = ComparedValue.Of(node, key),
            Files = [.. NamedFiles.In(node)],
            IsActedOn = key.IsActedOn,
        };

    static TomlNode? Find(TomlTable? table, KeyDescription key) =>
        table?.Find(key.Name) ?? (key.OldName is { } old ? table?.Find(old) : null);

    /// <summary>The tables of a shape by their full names; one without an id stands for its defaults where it is missing.</summary>
    static List<(string Name, TomlTable? Table)> TablesOf(TomlTable root, string path)
    {
        List<(string Name, TomlTable? Table)> found = [("", root)];
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            found = [.. found.SelectMany(at => Next(at.Name, at.Table, part))];
        return found;
    }

    static IEnumerable<(string Name, TomlTable? Table)> Next(string name, TomlTable? table, string part)
    {
        if (part == AnyId)
            return (table?.Entries ?? new Dictionary<string, TomlNode>()).Where(entry => entry.Value is TomlTable)
                .Select(entry => (Join(name, TomlWriter.Name(entry.Key)), (TomlTable?)entry.Value));
        if (part == "[]")
            return table is null ? [] : [(name, table)];
        var node = table?.Entries.GetValueOrDefault(part);
        return node is TomlArray array
            ? array.Items.OfType<TomlTable>().Select((item, at) => ($"{Join(name, part)}[{at}]", (TomlTable?)item))
            : [(Join(name, part), node as TomlTable)];
    }

    static string Join(string name, string part) => name.Length == 0 ? part : $"{name}.{part}";
}
