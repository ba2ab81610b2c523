using System.Globalization;
using System.Text;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Importing;

/// <summary>One directory as a remote.</summary>
/// <param name="Toml">The table; null where no remote can stand for it.</param>
/// <param name="Taken">The keys of the directory that went into it.</param>
/// <param name="WhyNot">Why there is none; empty otherwise.</param>
sealed record ImportedRemote(string? Toml, IReadOnlySet<TomlNode> Taken, string WhyNot)
{
    /// <summary>None for a directory of another type, one that is switched off, and one without an address that a remote could have.</summary>
    public static ImportedRemote Of(string id, TomlTable directory)
    {
        if (directory.Find("type") is not TomlText { Value: "imap" or "smtp" or "lmtp" })
            return None("its type is no host that speaks IMAP, SMTP or LMTP");
        if (IsOn(directory.Find("disable")))
            return None("it is disabled");
        var taken = new HashSet<TomlNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var faults = new List<string>();
        var toml = new StringBuilder("[remote.").Append(TomlWriter.Quoted(id)).Append("]\n");
        foreach (var (old, key) in DirectoryKeys.Pairs)
        {
            if (directory.Find(old) is not { } written)
                continue;
            if (names.Contains(key.Name))
            {
                // What says the same again goes with it.
                if (toml.ToString().Contains($"\n{key.Name} = {TomlWriter.Write(AsNumber(written, key))}\n", StringComparison.Ordinal))
                    taken.Add(written);
                continue;
            }
            var node = AsNumber(written, key);
            if (FaultOf(node, key) is { } fault)
            {
                faults.Add($"{old} {fault}");
                continue;
            }
            names.Add(key.Name);
            taken.Add(written);
            toml.Append(key.Name).Append(" = ").Append(TomlWriter.Write(node)).Append('\n');
        }
        if (!names.Contains(RemoteKeys.Address.Name))
            return None(faults.Count > 0 ? faults[0] : "it has no host");
        // There it is off unless it is written, here it is on.
        if (!names.Contains(RemoteTlsKeys.Implicit.Name))
            toml.Append(RemoteTlsKeys.Implicit.Name).Append(" = false\n");
        toml.Append(RemoteKeys.Lookup.Name).Append(" = true\n");
        // Keys that are right by themselves may be wrong together.
        var result = ConfigLoader.Parse(toml.ToString(), directory.Place.File, static _ => throw new InvalidOperationException());
        var error = result.Problems.FirstOrDefault(problem => problem.IsError);
        return error is null ? new(toml.ToString(), taken, "") : None($"{error.Key} {error.Message}");
    }

    static ImportedRemote None(string why) => new(null, new HashSet<TomlNode>(), why);

    static bool IsOn(TomlNode? node) => node is TomlFlag { Value: true } or TomlText { Value: "true" };

    /// <summary>Those versions write numbers as strings too.</summary>
    static TomlNode AsNumber(TomlNode node, KeyDescription key) =>
        key.Form is ValueForm.WholeNumber && node is TomlText { Value: var text }
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new TomlInteger(node.Place, node.KeyPlace, node.Key, number)
            : node;

    static string? FaultOf(TomlNode node, KeyDescription key)
    {
        var scope = new ReadScope("/", static _ => throw new InvalidOperationException());
        key.Check(node, scope);
        return scope.Findings.InOrder().FirstOrDefault(problem => problem.IsError)?.Message;
    }
}
