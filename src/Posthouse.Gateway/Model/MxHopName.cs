using System.Diagnostics.CodeAnalysis;

namespace Posthouse.Gateway.Model;

/// <summary>
/// What a hop is called that is a domain's mail exchangers: <c>mx/</c> and the domain. No remote has such a name; the configuration
/// sees to that.
/// </summary>
static class MxHopName
{
    internal const string Prefix = "mx/";

    internal static string Of(string domain) => Prefix + domain;

    internal static bool TryGetDomain(string hop, [NotNullWhen(true)] out string? domain)
    {
        domain = hop.StartsWith(Prefix, StringComparison.Ordinal) ? hop[Prefix.Length..] : null;
        return domain is not null;
    }
}
