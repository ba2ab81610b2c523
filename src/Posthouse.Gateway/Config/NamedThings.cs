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
}
