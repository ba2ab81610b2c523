using System.Net;
using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[queue.outbound]</c>: where a message goes. How it goes by MX is not acted on yet.</summary>
static class OutboundSection
{
    static readonly ConfigType<IReadOnlyList<IPAddress>> Addresses =
        ConfigTypes.FromText("an IP address", (string text, out IPAddress address) => AddressText.TryParse(text, out address)).ListOf();

    const string ByLookup = "by-lookup";

    static readonly SettingKey<NextHop> Hop = new(
        "outbound.next-hop", Stages.Queue, new ConfigType<NextHop>("the id of a remote, { by-lookup = true }, or false for delivery by MX", ReadHop), NextHop.ByMx);

    public static TableShape Shape { get; } = new(
        "queue",
        [
            Hop,
            NotYet("outbound.hostname", Stages.Queue, ConfigTypes.HostName, ""),
            NotYet("outbound.ip-strategy", Stages.Queue, ConfigTypes.Choice(
                ("ipv4-only", ""), ("ipv6-only", ""), ("ipv4-then-ipv6", ""), ("ipv6-then-ipv4", "")), "ipv4-then-ipv6"),
            NotYet("outbound.source-ip", Stages.Mx, Addresses, []),
            NotYet("outbound.source-ip.v4", Stages.Mx, Addresses, []),
            NotYet("outbound.source-ip.v6", Stages.Mx, Addresses, []),
            NotYet("outbound.tls.starttls", Stages.Mx, ConfigTypes.Choice(("require", ""), ("optional", ""), ("disable", "")).OrOff("disable"), "optional"),
            NotYet("outbound.limits.mx", Stages.Mx, ConfigTypes.Count(1, int.MaxValue), 5),
            NotYet("outbound.limits.multihomed", Stages.Mx, ConfigTypes.Count(1, int.MaxValue), 2),
            .. new[] { "connect", "greeting", "tls", "ehlo", "mail-from", "rcpt-to", "data", "mta-sts" }
                .Select(step => NotYet($"outbound.timeouts.{step}", Stages.Mx, ConfigTypes.Deadline, TimeSpan.FromMinutes(5))),
        ]);

    /// <summary>From a reader of <c>[queue]</c>.</summary>
    public static Setting<NextHop> ReadNextHop(TableReader queue) => queue.Read(Hop);

    static SettingKey<T> NotYet<T>(string name, VariableSet known, ConfigType<T> type, Setting<T> fallback) =>
        new(name, known, type, fallback) { IsActedOn = false };

    static SettingKey<IReadOnlyList<IPAddress>> NotYet(string name, VariableSet known, ConfigType<IReadOnlyList<IPAddress>> type, IReadOnlyList<IPAddress> fallback) =>
        NotYet(name, known, type, Setting<IReadOnlyList<IPAddress>>.Of(fallback));

    static bool ReadHop(TomlNode node, ReadScope scope, out NextHop hop)
    {
        hop = NextHop.ByMx;
        if (ConfigTypeCombining.IsOff(node))
        {
            scope.Findings.Warn(node, "delivery by MX is not acted on yet: mail that comes to this waits in the queue until it expires");
            return true;
        }
        if (node is TomlTable table && table.Entries.TryGetValue(ByLookup, out var byLookup))
        {
            hop = NextHop.ByLookup;
            return CheckByLookup(table, byLookup, scope);
        }
        if (node is not TomlText)
            return scope.Expected(node, Hop.TypeName);
        if (!ConfigTypes.Text.TryRead(node, scope, out var written))
            return false;
        if (!scope.Names.Remotes.TryGetValue(written, out var remote))
        {
            var bare = written.StartsWith("remote/", StringComparison.Ordinal) ? written["remote/".Length..] : written;
            scope.Findings.Error(node, $"there is no [remote.{ConfigFindings.Quoted(written)}]{DidYouMean.Hint(bare, scope.Names.Remotes.Keys)}");
            return false;
        }
        hop = NextHop.To(written);
        if (remote.Protocol != RemoteProtocol.Imap)
            return true;
        scope.Findings.Error(node, $"remote {ConfigFindings.Quoted(written)} speaks IMAP, which takes no mail");
        return false;
    }

    static bool CheckByLookup(TomlTable table, TomlNode byLookup, ReadScope scope)
    {
        foreach (var (name, node) in table.Entries)
            if (name != ByLookup)
                scope.Findings.ErrorAtKey(node, $"does not belong beside {ByLookup}");
        if (table.Entries.Count != 1 || !ConfigTypes.Flag.TryRead(byLookup, scope, out var isOn))
            return false;
        if (!isOn)
            scope.Findings.Error(byLookup, "must be true; false in place of the table is delivery by MX");
        else if (!scope.Names.IsHostAskedAboutRecipients)
            scope.Findings.Error(byLookup, "finds no host: session.rcpt.lookup.addresses names no remote");
        else
            return true;
        return false;
    }
}
