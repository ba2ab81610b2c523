using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Model;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config;

/// <summary>What a lookup needs to know of a remote; no protocol where the definition lacks it, which is reported there.</summary>
sealed record NamedRemote(RemoteProtocol? Protocol, bool Lookup, bool HasLoginDomains);

/// <summary>The ids that a configuration declares, also those whose definition has errors, so that one slip is reported once.</summary>
sealed class NamedThings
{
    public Dictionary<string, NamedRemote> Remotes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a remote stands in <c>session.rcpt.lookup.addresses</c>; known once <c>[session]</c> is read.</summary>
    public bool IsHostAskedAboutRecipients { get; set; }

    public Dictionary<string, AddressList> Lists { get; } = new(StringComparer.Ordinal);

    /// <summary>None where nothing listens, which is told.</summary>
    public IReadOnlyCollection<string> Listeners { get; set; } = [];

    /// <summary>What something names: each by the table that it stands in and its id.</summary>
    public HashSet<(string Table, string Id)> Used { get; } = [];

    /// <summary>At what compares the listener with one that is not there.</summary>
    public void WarnIfNoListener(string id, TomlNode node, ConfigFindings findings)
    {
        if (Listeners.Count > 0 && !Listeners.Contains(id) && findings.IsWhole)
            findings.Warn(node, $"there is no [server.listener.{ConfigFindings.Quoted(id)}]{DidYouMean.Hint(id, Listeners)}");
    }
}
