using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>One entry of <c>tls.sni</c>.</summary>
/// <param name="Subject">The name that clients ask for, in lower case.</param>
/// <param name="Certificate">The id of what they see.</param>
/// <param name="Node">Where it stands.</param>
sealed record SniEntry(string Subject, string Certificate, TomlNode Node)
{
    const string Form = "a table such as { subject = \"mx.example.org\", certificate = \"mx\" }";

    static readonly ConfigType<string> Name = ConfigTypes.FromText("a domain name, or one behind \"*.\"", (string text, out string value) =>
        HostText.IsName((value = text.ToLowerInvariant()).StartsWith("*.", StringComparison.Ordinal) ? value[2..] : value));

    static readonly Dictionary<string, ConfigType<string>> Keys = new(StringComparer.Ordinal) { ["subject"] = Name, ["certificate"] = ConfigTypes.Text };

    public static ConfigType<SniEntry> Type { get; } = new(Form, TryRead, new ValueForm.Fields(("subject", ValueForm.Text), ("certificate", ValueForm.Text)));

    static bool TryRead(TomlNode node, ReadScope scope, out SniEntry entry)
    {
        entry = null!;
        if (node is not TomlTable table)
            return scope.Expected(node, Form);
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in table.Entries)
        {
            if (!Keys.TryGetValue(name, out var type))
                scope.Findings.ErrorAtKey(value, $"is not a known key{DidYouMean.Hint(name, Keys.Keys)}");
            else if (type.TryRead(value, scope, out var text))
                read[name] = text;
        }
        if (Keys.Keys.FirstOrDefault(name => !table.Entries.ContainsKey(name)) is { } missing)
            scope.Findings.Error(table, $"lacks {missing}: it must be {Form}");
        if (read.Count != Keys.Count || table.Entries.Count != Keys.Count)
            return false;
        entry = new(read["subject"], read["certificate"], table);
        return true;
    }
}
