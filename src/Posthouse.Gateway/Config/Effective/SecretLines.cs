using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Lists;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>The lines of a file that hold a secret, or may hold one.</summary>
public static class SecretLines
{
    static readonly char[] Between = ['"', '\'', ' ', '\t', ',', '=', '[', ']', '\r'];

    /// <summary>By number, from one. Of lines that are no TOML it tells as much as the words in them and the table they stand in do.</summary>
    public static IReadOnlySet<int> In(string text, string file)
    {
        var start = new Place(file, 1, 1);
        var root = new TomlTable(start, start, "", TableOrigin.Header);
        var findings = new ConfigFindings();
        var reading = TomlFile.Read(text, file, root, findings);
        var lines = new HashSet<int>();
        foreach (var node in root.Entries.Values)
            Add(node, lines);
        var unread = findings.InOrder().Where(static problem => problem.Key.Length == 0).Select(static problem => problem.Line).ToHashSet();
        var isHidden = false;
        foreach (var (at, line) in text.Split('\n').Index())
        {
            if (line.TrimStart() is ['[', ..] header)
                isHidden = IsOfSecrets(header.Trim('[', ' ', '\t'));
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            if (comment >= 0 && SecretMask.Tells(line[comment..]))
                lines.Add(at + 1);
            if ((reading == TomlReading.Nothing || unread.Contains(at + 1)) && (isHidden || SecretMask.Tells(line) || line.Split(Between).Any(MayBeLogin)))
                lines.Add(at + 1);
        }
        return lines;
    }

    /// <summary>An entry of a list that stands elsewhere, as user:secret; no URL, macro, address or host with its port.</summary>
    static bool MayBeLogin(string text)
    {
        var colon = EntrySyntax.LoginColon(text);
        return colon > 0 && !text.Contains("://", StringComparison.Ordinal) && !text.StartsWith("%{", StringComparison.Ordinal)
            && !HostText.TryParseEndPoint(text, out _)
            && !(text.AsSpan(0, colon).ContainsAny('.', ']') && text.Length - colon <= 6 && text.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0);
    }

    static bool IsOfSecrets(string table) => table.StartsWith("list", StringComparison.Ordinal) || SecretMask.Tells(table);

    // As deep as the file nests, which has been bounded before it was parsed.
    static void Add(TomlNode node, HashSet<int> lines)
    {
        if (MayBeSecret(node))
            lines.UnionWith(Enumerable.Range(node.KeyPlace.Line, LastLine(node) - node.KeyPlace.Line + 1));
        foreach (var below in node switch { TomlArray array => array.Items, TomlTable table => table.Entries.Values, _ => Enumerable.Empty<TomlNode>() })
            Add(below, lines);
    }

    static bool MayBeSecret(TomlNode node) => node is not TomlTable && (SecretMask.IsSecret(node.Key) ?? SecretMask.Tells(node.Key))
        || node is TomlText { Value: var entry } && SecretMask.IsSecret(node.Key) is null && MayBeLogin(entry)
        || node is TomlText { Value: var listed } && node.Key.StartsWith("list.", StringComparison.Ordinal) && EntrySyntax.LoginColon(listed) >= 0
        || node is TomlText { Value: var pem } && pem.Contains("PRIVATE KEY", StringComparison.Ordinal);

    static int LastLine(TomlNode node) => node switch
    {
        TomlText text => text.Place.Line + text.Value.Count(static c => c == '\n') + 1,
        TomlArray { Items: [.., var last] } => Math.Max(node.Place.Line, LastLine(last)),
        _ => node.Place.Line,
    };
}
