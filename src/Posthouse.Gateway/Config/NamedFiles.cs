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
            foreach (var path in In(node))
                scope.Sources.Add(new(path, kind));
        }
    }

    /// <summary>Those of one value, by their whole paths.</summary>
    // As deep as the file nests, which has been bounded before it was parsed.
    public static IEnumerable<string> In(TomlNode node) => node switch
    {
        TomlText text => Macros.FileOf(text) is { } path ? [path] : [],
        TomlArray array => array.Items.SelectMany(In),
        TomlTable table => table.Entries.Values.SelectMany(In),
        _ => [],
    };
}
