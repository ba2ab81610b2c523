using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config;

/// <summary>What reading one configuration carries along.</summary>
sealed class ReadScope(string folder, Func<LookupTarget, IMembership> memberships)
{
    public ConfigFindings Findings { get; } = new();

    /// <summary>The folder of the main file: what relative paths start from.</summary>
    public string Folder { get; } = folder;

    /// <summary>The files that were read, or would have been, the main one first.</summary>
    public ReadSources Sources { get; } = new();

    /// <summary>The files with secrets that every user may read, as far as they have been told of.</summary>
    public HashSet<string> OpenFiles { get; } = new(StringComparer.Ordinal);

    public Func<LookupTarget, IMembership> Memberships { get; } = memberships;

    /// <summary>What lookups and rules may name; filled before anything that names it is read.</summary>
    public NamedThings Names { get; } = new();

    /// <summary>The conditions of <c>[rule.&lt;id&gt;]</c>.</summary>
    public RuleBook Rules { get; } = new();

    /// <summary>Reports a value of the wrong type or out of range, without showing it: it may be a secret.</summary>
    public bool Expected(TomlNode node, string type, string hint = "")
    {
        Findings.Error(node, $"must be {type}{hint}");
        return false;
    }
}
