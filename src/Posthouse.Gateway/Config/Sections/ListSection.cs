using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[list]</c>: an id and its entries, or the file that holds them.</summary>
static class ListSection
{
    static readonly ConfigType<IReadOnlyList<string>> Entry = new("a string", ReadEntry);

    static readonly ConfigType<IReadOnlyList<string>> Entries =
        Entry.ListOf().Select<IReadOnlyList<IReadOnlyList<string>>, IReadOnlyList<string>>(parts => [.. parts.SelectMany(part => part)]);

    public static TableShape Shape { get; } = new("list", new Key<IReadOnlyList<string>>("*", "The entries of the list of this id; a file:// path names a file of one entry a line.", Entries, []));

    public static void ReadAll(TomlTable root, ReadScope scope)
    {
        foreach (var (id, node) in TablesById.OrEmpty(root, "list").Entries)
        {
            var isRead = Entries.TryRead(node, scope, out var entries);
            scope.Names.Lists[id] = new AddressList(id, isRead ? entries : []);
        }
    }

    /// <summary>An entry as written, or those of a file: one a line, without blank lines and <c>#</c> comments.</summary>
    static bool ReadEntry(TomlNode node, ReadScope scope, out IReadOnlyList<string> entries)
    {
        entries = [];
        if (node is not TomlText text)
            return scope.Expected(node, "a string");
        if (!Macros.TryExpand(text, scope.Findings, out var value, out var isFile))
            return false;
        entries = isFile
            ? [.. value.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')]
            : [value];
        var hashed = entries.FirstOrDefault(e => AddressList.LoginColon(e) is >= 0 and var colon && AddressList.IsHash(e.AsSpan(colon + 1)));
        if (hashed is null)
            return true;
        scope.Findings.Error(node, $"the hashed secret of {ConfigFindings.Quoted(hashed[..AddressList.LoginColon(hashed)])} is not acted on yet");
        return false;
    }
}
