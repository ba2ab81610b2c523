using System.Net;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Sections;

/// <summary><c>[resolver]</c>: for delivery by MX, not acted on yet.</summary>
static class ResolverSection
{
    public static TableShape Shape { get; } = new(
        "resolver",
        new Key<IReadOnlyList<IPAddress>>("address", "The DNS servers asked for MX delivery; without it, those of the system.", ConfigTypes.FromText(
            "an IP address", (string text, out IPAddress address) => AddressText.TryParse(text, out address)).ListOf(), []) { IsActedOn = false },
        new Key<int>("port", "The port of the DNS servers.", ConfigTypes.Count(1, 65535), 53) { IsActedOn = false });
}
