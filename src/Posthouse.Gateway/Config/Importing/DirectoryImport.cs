using System.Text;
using Posthouse.Gateway.Config.Effective;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Importing;

/// <summary>What importing came to.</summary>
/// <param name="Toml">A file that has no errors; null where the text is no TOML.</param>
/// <param name="Problems">Why there is none.</param>
public sealed record ImportResult(string? Toml, IReadOnlyList<ConfigProblem> Problems);

/// <summary>
/// Reads a file of a later Stalwart, from 0.5, when <c>[remote.*]</c> had become <c>[directory.*]</c>, to 0.15, the last with such
/// directories. What is ours already is kept; what is not taken over stands in comments, with its secrets masked: whoever needs them has the old file.
/// </summary>
public static class DirectoryImport
{
    const string Directories = "directory";

    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImportResult Read(string path)
    {
        try
        {
            return Parse(IncludedFiles.ReadText(path), path);
        }
        catch (DecoderFallbackException fault)
        {
            var (_, line, column) = IncludedFiles.NotUtf8(path, fault);
            return new(null, [new ConfigProblem(true, path, line, column, "", IncludedFiles.NotUtf8Message)]);
        }
    }

    /// <summary>Reads text as if it stood in the file <paramref name="path"/>.</summary>
    public static ImportResult Parse(string text, string path)
    {
        var findings = new ConfigFindings();
        var start = new Place(path, 1, 1);
        var root = new TomlTable(start, start, "", TableOrigin.Header);
        TomlFile.Read(text, path, root, findings);
        if (findings.HasErrors)
            return new(null, findings.InOrder());

        var kept = new KeptTables(root, path);
        var toml = new StringBuilder(kept.Write());
        var (taken, whyNot) = (kept.Taken, kept.WhyNot);
        var directories = root.Entries.GetValueOrDefault(Directories) as TomlTable;
        foreach (var (id, node) in directories?.Entries ?? new Dictionary<string, TomlNode>())
        {
            if (node is not TomlTable directory)
                continue;
            if (kept.Remotes.Contains(id))
            {
                whyNot[node] = "there is a remote of this name";
                continue;
            }
            var remote = ImportedRemote.Of(id, directory);
            taken.UnionWith(remote.Taken);
            if (remote.Toml is null)
                whyNot[node] = remote.WhyNot;
            else
                toml.Append(remote.Toml).Append('\n');
        }
        var rest = new StringBuilder();
        AddComments(root, taken, whyNot, rest);
        if (rest.Length > 0)
            toml.Append("# Not taken over:\n").Append(rest);
        return new(toml.ToString(), []);
    }

    // As deep as the file nests, which has been bounded before it was parsed.
    static void AddComments(TomlNode node, HashSet<TomlNode> taken, Dictionary<TomlNode, string> whyNot, StringBuilder to, string name = "")
    {
        if (taken.Contains(node))
            return;
        if (whyNot.TryGetValue(node, out var why))
        {
            var isDirectory = name.StartsWith(Directories + ".", StringComparison.Ordinal);
            to.Append("# ").Append(name).Append(isDirectory ? " is no remote: " : " is not kept: ").Append(why).Append('\n');
        }
        if (node is TomlTable { Entries.Count: > 0 } table)
        {
            foreach (var (part, entry) in table.Entries)
                AddComments(entry, taken, whyNot, to, name.Length == 0 ? TomlWriter.Name(part) : $"{name}.{TomlWriter.Name(part)}");
            return;
        }
        to.Append("# ").Append(name).Append(" = ").Append(SecretMask.ShowAt(node, name));
        if (DirectoryKeys.HintFor(name) is { Length: > 0 } hint)
            to.Append("  (here: ").Append(hint).Append(')');
        to.Append('\n');
    }
}
