using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Lists;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[list]</c>: an id and its entries, or the file that holds them. What is wrong with an entry is told without its secret.</summary>
static class ListSection
{
    static readonly ConfigType<Written> Entry = new("a string", ReadEntry, ValueForm.Text);

    static readonly ConfigType<IReadOnlyList<Written>> Entries = Entry.ListOf().Select<IReadOnlyList<Written>, IReadOnlyList<Written>>(parts => parts);

    public static TableShape Shape { get; } = new("list", new Key<IReadOnlyList<Written>>(
        "*",
        "The entries of the list of this id: domains, addresses, IP addresses and networks, or logins as user:secret, the secret "
        + "plain or hashed ($2, $argon2, {SCHEME}). A file has one entry a line, # begins a comment, and it is read again when "
        + "it has changed.",
        Entries,
        []) { Example = "[\"example.org\", \"file:///etc/posthouse/domains\"]" });

    public static void ReadAll(TomlTable root, ReadScope scope)
    {
        foreach (var (id, node) in TablesById.OrEmpty(root, "list").Entries)
        {
            var isRead = Entries.TryRead(node, scope, out var written);
            scope.Names.Lists[id] = AddressList.Of(id, isRead ? Parts(written, node, scope) : []);
        }
    }

    static List<ListPart> Parts(IReadOnlyList<Written> written, TomlNode node, ReadScope scope)
    {
        var builder = new ListContentBuilder();
        foreach (var entry in written)
            builder.Add(entry.Text);
        var parts = written.Select(entry => entry.File).OfType<ListPart>().ToList();
        if (builder.Build() is { } content)
            parts.Add(new ListPart(content));
        else
            scope.Findings.Error(node, ListContentBuilder.TooManySecrets);
        return parts;
    }

    static bool ReadEntry(TomlNode node, ReadScope scope, out Written entry)
    {
        entry = default;
        if (node is not TomlText text)
            return scope.Expected(node, "a string");
        if (!Macros.TryExpandButFiles(text, scope.Findings, out var value, out var path))
            return false;
        if (path is not null)
            return ReadFile(node, path, scope, out entry);
        entry = new Written(value, null);
        if (EntrySyntax.Fault(value) is not { } fault)
        {
            if (EntrySyntax.LoginColon(value) >= 0)
                ReadableSecrets.Warn(node, scope);
            return true;
        }
        scope.Findings.Error(node, fault);
        return false;
    }

    static bool ReadFile(TomlNode node, string path, ReadScope scope, out Written entry)
    {
        var reading = ListFile.Read(path);
        foreach (var fault in reading.Faults)
            scope.Findings.Error(node, $"the file {ConfigFindings.QuotedPath(path)}{(fault.Line > 0 ? "," : "")} {fault}");
        if (reading.Content is { HasLogins: true })
            ReadableSecrets.WarnOf(path, node, scope);
        entry = new Written("", reading.Content is { } content ? new ListPart(path, content, reading.State) : null);
        return reading.Content is not null;
    }

    /// <summary>An entry as written, or the file that holds some.</summary>
    readonly record struct Written(string Text, ListPart? File);
}
