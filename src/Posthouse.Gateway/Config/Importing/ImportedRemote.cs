using System.Text;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Sections;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Importing;

/// <summary>One directory as a remote.</summary>
/// <param name="Toml">The table.</param>
/// <param name="Taken">The keys of the directory that went into it.</param>
sealed record ImportedRemote(string Toml, IReadOnlySet<TomlNode> Taken)
{
    /// <summary>Null for a directory of another type, one that is switched off, and one without an address that a remote could have.</summary>
    public static ImportedRemote? Of(string id, TomlTable directory)
    {
        if (directory.Find("type") is not TomlText { Value: "imap" or "smtp" or "lmtp" } || IsOn(directory.Find("disable")))
            return null;
        var taken = new HashSet<TomlNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var toml = new StringBuilder("[remote.").Append(TomlWriter.Quoted(id)).Append("]\n");
        foreach (var (old, key) in DirectoryKeys.Pairs)
        {
            if (directory.Find(old) is not { } node || names.Contains(key.Name) || !IsValid(node, key))
                continue;
            names.Add(key.Name);
            taken.Add(node);
            toml.Append(key.Name).Append(" = ").Append(TomlWriter.Write(node)).Append('\n');
        }
        if (!names.Contains(RemoteKeys.Address.Name) || !names.Contains(RemoteKeys.Protocol.Name))
            return null;
        // There it is off unless it is written, here it is on.
        if (!names.Contains(RemoteTlsKeys.Implicit.Name))
            toml.Append(RemoteTlsKeys.Implicit.Name).Append(" = false\n");
        toml.Append(RemoteKeys.Lookup.Name).Append(" = true\n");
        // Keys that are right by themselves may be wrong together.
        var result = ConfigLoader.Parse(toml.ToString(), directory.Place.File, static _ => throw new InvalidOperationException());
        return result.Problems.Any(problem => problem.IsError) ? null : new(toml.ToString(), taken);
    }

    static bool IsOn(TomlNode? node) => node is TomlFlag { Value: true } or TomlText { Value: "true" };

    static bool IsValid(TomlNode node, KeyDescription key)
    {
        var scope = new ReadScope("/", static _ => throw new InvalidOperationException());
        key.Check(node, scope);
        return !scope.Findings.HasErrors;
    }
}
