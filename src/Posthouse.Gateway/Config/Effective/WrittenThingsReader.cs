using System.Globalization;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Files;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>
/// Notes what a configuration says, so that a reload can tell what has changed; nothing of it can be read back, since there are secrets in it.
/// </summary>
static class WrittenThingsReader
{
    // Remotes and bounds are compared as what they were compiled to.
    static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["server.listener.*"] = WrittenThings.Listener,
        ["certificate.*"] = WrittenThings.Certificate,
        ["list"] = WrittenThings.List,
        ["rule"] = WrittenThings.Rule,
    };

    public static WrittenThings Of(TomlTable root)
    {
        var digests = new Dictionary<(string Kind, string Name), long>();
        foreach (var shape in ConfigSchema.Shapes)
        {
            if (shape.Path == "remote.*" || shape.Path.EndsWith(".[]", StringComparison.Ordinal))
                continue;
            var kind = Kinds.GetValueOrDefault(shape.Path, WrittenThings.Setting);
            foreach (var (table, values) in EffectiveConfiguration.ByTable(root, shape))
                foreach (var value in values.Where(static value => value.IsActedOn))
                {
                    var thing = (kind, kind is WrittenThings.Listener or WrittenThings.Certificate ? table : value.Key);
                    digests[thing] = HashCode.Combine(digests.GetValueOrDefault(thing), DigestOf(value));
                }
        }
        return new WrittenThings(digests);
    }

    /// <summary>Of what it says and of the files that it names, as they look from outside.</summary>
    static long DigestOf(EffectiveValue value) => value.Files.Aggregate(
        value.Compared,
        static (said, file) => string.Create(CultureInfo.InvariantCulture, $"{said} {FileState.Of(file)}")).GetHashCode(StringComparison.Ordinal);
}
