using System.Net;
using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[queue.outbound]</c>: where a message goes. How it goes by MX is not acted on yet.</summary>
static class OutboundSection
{
    static readonly ConfigType<IReadOnlyList<IPAddress>> Addresses =
        ConfigTypes.FromText("an IP address", (string text, out IPAddress address) => AddressText.TryParse(text, out address)).ListOf();

    static readonly SettingKey<string?> NextHop = new(
        "outbound.next-hop", "The remote that takes the mail.", Stages.Queue, new ConfigType<string?>("the id of a remote, or false for delivery by MX", ReadHop), Setting<string?>.Of(null));

    public static TableShape Shape { get; } = new(
        "queue",
        [
            NextHop,
            NotYet("outbound.hostname", "The name given in EHLO when delivering by MX.", Stages.Queue, ConfigTypes.HostName, ""),
            NotYet("outbound.ip-strategy", "Which IP versions are used for delivery by MX, and in which order.", Stages.Queue, ConfigTypes.Choice(
                ("ipv4-only", ""), ("ipv6-only", ""), ("ipv4-then-ipv6", ""), ("ipv6-then-ipv4", "")), "ipv4-then-ipv6"),
            NotYet("outbound.source-ip", "The addresses that deliveries by MX are sent from.", Stages.Mx, Addresses, []),
            NotYet("outbound.source-ip.v4", "The IPv4 addresses that deliveries by MX are sent from.", Stages.Mx, Addresses, []),
            NotYet("outbound.source-ip.v6", "The IPv6 addresses that deliveries by MX are sent from.", Stages.Mx, Addresses, []),
            NotYet("outbound.tls.starttls", "Whether TLS is required, tried or left out when delivering by MX.", Stages.Mx, ConfigTypes.Choice(("require", ""), ("optional", ""), ("disable", "")).OrOff("disable"), "optional"),
            NotYet("outbound.limits.mx", "How many mail servers of a domain are tried in one attempt.", Stages.Mx, ConfigTypes.Count(1, int.MaxValue), 5),
            NotYet("outbound.limits.multihomed", "How many addresses of one mail server are tried in one attempt.", Stages.Mx, ConfigTypes.Count(1, int.MaxValue), 2),
            .. new[] { "connect", "greeting", "tls", "ehlo", "mail-from", "rcpt-to", "data", "mta-sts" }
                .Select(step => NotYet($"outbound.timeouts.{step}", $"How long the step {step} of a delivery by MX may take.", Stages.Mx, ConfigTypes.Deadline, TimeSpan.FromMinutes(5))),
        ]);

    /// <summary>From a reader of <c>[queue]</c>.</summary>
    public static Setting<string?> ReadNextHop(TableReader queue) => queue.Read(NextHop);

    static SettingKey<T> NotYet<T>(string name, string meaning, VariableSet known, ConfigType<T> type, Setting<T> fallback) =>
        new(name, meaning, known, type, fallback) { IsActedOn = false };

    static SettingKey<IReadOnlyList<IPAddress>> NotYet(string name, string meaning, VariableSet known, ConfigType<IReadOnlyList<IPAddress>> type, IReadOnlyList<IPAddress> fallback) =>
        NotYet(name, meaning, known, type, Setting<IReadOnlyList<IPAddress>>.Of(fallback));

    static bool ReadHop(TomlNode node, ReadScope scope, out string? id)
    {
        id = null;
        if (ConfigTypeCombining.IsOff(node))
        {
            scope.Findings.Warn(node, "delivery by MX is not acted on yet: mail that comes to this waits in the queue until it expires");
            return true;
        }
        if (node is TomlTable table && table.Entries.ContainsKey("by-lookup"))
        {
            scope.Findings.Error(node, "by-lookup is not acted on yet: name a remote, or false for delivery by MX");
            return false;
        }
        if (node is not TomlText)
            return scope.Expected(node, NextHop.TypeName);
        if (!ConfigTypes.Text.TryRead(node, scope, out var written))
            return false;
        if (!scope.Names.Remotes.TryGetValue(written, out var remote))
        {
            var bare = written.StartsWith("remote/", StringComparison.Ordinal) ? written["remote/".Length..] : written;
            scope.Findings.Error(node, $"there is no [remote.{ConfigFindings.Quoted(written)}]{DidYouMean.Hint(bare, scope.Names.Remotes.Keys)}");
            return false;
        }
        id = written;
        if (remote.Protocol != RemoteProtocol.Imap)
            return true;
        scope.Findings.Error(node, $"remote {ConfigFindings.Quoted(written)} speaks IMAP, which takes no mail");
        return false;
    }
}
