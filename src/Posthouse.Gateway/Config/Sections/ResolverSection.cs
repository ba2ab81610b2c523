using System.Net;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Sections;

/// <summary><c>[resolver]</c>: who is asked about mail exchangers.</summary>
static class ResolverSection
{
    static readonly Key<IReadOnlyList<IPAddress>> Address = new(
        "address",
        "The DNS servers asked for delivery by MX, by TCP, one after the other; without it, those of the system. Names of "
        + "remotes are the system's affair.",
        ConfigTypes.FromText(
            "an IP address", (string text, out IPAddress address) => AddressText.TryParse(text, out address), pattern: "^[0-9A-Fa-f:.]+$").ListOf(),
        []) { Example = "\"127.0.0.1\"" };

    static readonly Key<int> Port = new(
        "port",
        "The port of the DNS servers in resolver.address.",
        ConfigTypes.Count(1, 65535),
        ResolverModel.System.Port) { Example = "5353" };

    public static TableShape Shape { get; } = new("resolver", Address, Port);

    public static ResolverModel Read(TomlTable root, ReadScope scope)
    {
        var table = new TableReader(TablesById.OrEmpty(root, "resolver"), scope);
        var resolver = new ResolverModel(table.Read(Address), table.Read(Port));
        if (resolver.Addresses.Count == 0 && table.Find(Port) is { } port)
            scope.Findings.Warn(port, "changes nothing without resolver.address: the system's name servers have their own port");
        return resolver;
    }
}
