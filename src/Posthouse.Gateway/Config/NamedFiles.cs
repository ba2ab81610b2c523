using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config;

/// <summary>The files that values of a configuration stand in.</summary>
static class NamedFiles
{
    public static void AddTo(ReadScope scope, TomlTable root)
    {
        foreach (var (name, node) in root.Entries)
        {
            var kind = name switch
            {
                "certificate" => ConfigSourceKind.Certificate,
                "list" => ConfigSourceKind.List,
                _ => ConfigSourceKind.Value,
            };
            Add(scope, node, kind);
        }
    }

    // As deep as the file nests, which has been bounded before it was parsed.
    static void Add(ReadScope scope, TomlNode node, ConfigSourceKind kind)
    {
        switch (node)
        {
            case TomlText text when Macros.FileOf(text) is { } path:
                scope.Sources.Add(new(path, kind));
                break;
            case TomlArray array:
                foreach (var item in array.Items)
                    Add(scope, item, kind);
                break;
            case TomlTable table:
                foreach (var (_, entry) in table.Entries)
                    Add(scope, entry, kind);
                break;
        }
    }
}
