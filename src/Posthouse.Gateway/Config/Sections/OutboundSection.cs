using System.Net;
using System.Net.Sockets;
using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Rules;
using Posthouse.Remotes.Definition;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[queue.outbound]</c>: where a message goes, and how it goes by MX.</summary>
static class OutboundSection
{
    static readonly OutboundModel Default = new();

    const string ByLookup = "by-lookup";

    static readonly SettingKey<NextHop> Hop = new(
        "outbound.next-hop",
        "The remote that takes the mail, by its bare id; false = the mail servers that DNS names for the domain (MX); { "
        + "by-lookup = true } = the remote that knew the recipient when it was looked up. Asked for each recipient and each "
        + "attempt.",
        Stages.Queue,
        new ConfigType<NextHop>("the id of a remote, { by-lookup = true }, or false for delivery by MX", ReadHop,
            new ValueForm.Either(new ValueForm.Either(ValueForm.Text, ValueForm.None), new ValueForm.Fields((ByLookup, ValueForm.Flag))))
        {
            Write = static hop => hop == NextHop.ByMx ? "false" : null,
        },
        NextHop.ByMx) { Example = "[ { if = \"rcpt-domain\", in-list = \"list/domains\", then = \"lmtp\" }, { else = false } ]" };

    static readonly SettingKey<string?> HostName = new(
        "outbound.hostname",
        "The name given in EHLO when delivering by MX. The address that the mail comes from should resolve to it, and back.",
        Stages.Queue,
        ConfigTypes.HostName.Where("a domain name without an underscore", static name => !name.Contains('_')).Select(static string? (name) => name),
        Default.HostName) { DefaultNote = "server.hostname" };

    static readonly SettingKey<IpStrategy> Strategy = new(
        "outbound.ip-strategy",
        "Which versions of IP are used for delivery by MX, and which is tried first.",
        Stages.Queue,
        ConfigTypes.Choice(
            ("ipv4-only", IpStrategy.V4Only), ("ipv6-only", IpStrategy.V6Only),
            ("ipv4-then-ipv6", IpStrategy.V4ThenV6), ("ipv6-then-ipv4", IpStrategy.V6ThenV4)),
        Default.IpStrategy);

    static readonly SettingKey<IReadOnlyList<IPAddress>> Sources = new(
        "outbound.source-ip",
        "The addresses of this machine that deliveries by MX are sent from, of the family that is used; without any, the system "
        + "chooses.",
        Stages.Mx,
        Addresses("an IP address", null),
        Default.Sources) { Example = "[\"192.0.2.25\", \"2001:db8::25\"]" };
    static readonly SettingKey<IReadOnlyList<IPAddress>> SourcesV4 = new(
        "outbound.source-ip.v4",
        "The IPv4 addresses of this machine that deliveries by MX are sent from; in place of outbound.source-ip.",
        Stages.Mx,
        Addresses("an IPv4 address", AddressFamily.InterNetwork),
        Default.SourcesV4) { Example = "\"192.0.2.25\"" };
    static readonly SettingKey<IReadOnlyList<IPAddress>> SourcesV6 = new(
        "outbound.source-ip.v6",
        "The IPv6 addresses of this machine that deliveries by MX are sent from; in place of outbound.source-ip.",
        Stages.Mx,
        Addresses("an IPv6 address", AddressFamily.InterNetworkV6),
        Default.SourcesV6) { Example = "\"2001:db8::25\"" };

    static readonly SettingKey<StartTlsPolicy> StartTls = new(
        "outbound.tls.starttls",
        "Whether TLS is required, tried or left out when delivering by MX. require checks the server's name and makes mail wait "
        + "for servers that have no good certificate, of which there are many; optional takes any.",
        Stages.Mx,
        ConfigTypes.Choice(("require", StartTlsPolicy.Require), ("optional", StartTlsPolicy.Optional), ("disable", StartTlsPolicy.Disable))
            .OrOff(StartTlsPolicy.Disable),
        Default.StartTls) { Example = "[ { if = \"mx\", ends-with = \".example.net\", then = \"require\" }, { else = \"optional\" } ]" };

    static readonly SettingKey<int> MaxExchangers = new(
        "outbound.limits.mx",
        "How many mail servers of a domain are tried in one attempt, best preference first. When as many answers have been \"not now\", the mail waits.",
        Stages.Queue,
        ConfigTypes.Count(1, int.MaxValue),
        Default.MaxExchangers);
    static readonly SettingKey<int> MaxAddresses = new(
        "outbound.limits.multihomed",
        "How many addresses of one mail server are tried in one attempt.",
        Stages.Queue,
        ConfigTypes.Count(1, int.MaxValue),
        Default.MaxAddresses) { Example = "4" };

    static readonly SettingKey<TimeSpan> Connect = Step("connect", "a connection to one address", Default.Timeouts.Connect);
    static readonly SettingKey<TimeSpan> Greeting = Step("greeting", "the greeting behind it", Default.Timeouts.Greeting);
    static readonly SettingKey<TimeSpan> Tls = Step("tls", "the reply to STARTTLS, and again the handshake, which never has more than 30s,", Default.Timeouts.Tls);
    static readonly SettingKey<TimeSpan> Hello = Step("ehlo", "the reply to EHLO", Default.Timeouts.Hello);
    static readonly SettingKey<TimeSpan> Mail = Step("mail-from", "the reply to MAIL FROM", Default.Timeouts.Mail);
    static readonly SettingKey<TimeSpan> Recipient = Step("rcpt-to", "the reply to each RCPT TO", Default.Timeouts.Recipient);
    static readonly SettingKey<TimeSpan> Data = Step("data", "the reply to DATA, each block of the message and the reply to the whole of it", Default.Timeouts.Data);

    public static TableShape Shape { get; } = new(
        "queue",
        Hop, HostName, Strategy, Sources, SourcesV4, SourcesV6, StartTls, MaxExchangers, MaxAddresses,
        Connect, Greeting, Tls, Hello, Mail, Recipient, Data,
        // MTA-STS itself is of the era and not implemented (DIALECT section 7).
        new SettingKey<TimeSpan>(
            "outbound.timeouts.mta-sts",
            "How long the fetch of an MTA-STS policy may take, of which there is none yet.",
            Stages.Mx,
            ConfigTypes.Deadline,
            TimeSpan.FromMinutes(10)) { IsActedOn = false });

    /// <summary>From a reader of <c>[queue]</c>.</summary>
    public static Setting<NextHop> ReadNextHop(TableReader queue) => queue.Read(Hop);

    /// <summary>All but the next hop.</summary>
    public static OutboundModel Read(TableReader queue) => new()
    {
        HostName = queue.Read(HostName),
        IpStrategy = queue.Read(Strategy),
        Sources = ReadSources(queue),
        SourcesV4 = queue.Read(SourcesV4),
        SourcesV6 = queue.Read(SourcesV6),
        StartTls = queue.Read(StartTls),
        MaxExchangers = queue.Read(MaxExchangers),
        MaxAddresses = queue.Read(MaxAddresses),
        Timeouts = new OutboundTimeouts
        {
            Connect = queue.Read(Connect),
            Greeting = queue.Read(Greeting),
            Tls = queue.Read(Tls),
            Hello = queue.Read(Hello),
            Mail = queue.Read(Mail),
            Recipient = queue.Read(Recipient),
            Data = queue.Read(Data),
        },
    };

    static bool ReadHop(TomlNode node, ReadScope scope, out NextHop hop)
    {
        hop = NextHop.ByMx;
        if (ConfigTypeCombining.IsOff(node))
            return true;
        if (node is TomlTable table && table.Entries.TryGetValue(ByLookup, out var byLookup))
        {
            hop = NextHop.ByLookup;
            return CheckByLookup(table, byLookup, scope);
        }
        if (node is not TomlText)
            return scope.Expected(node, Hop.TypeName);
        if (!ConfigTypes.Text.TryRead(node, scope, out var written))
            return false;
        scope.Names.Used.Add(("remote", written));
        if (!scope.Names.Remotes.TryGetValue(written, out var remote))
        {
            var bare = written.StartsWith("remote/", StringComparison.Ordinal) ? written["remote/".Length..] : written;
            scope.Findings.NotThere(node, $"there is no [remote.{ConfigFindings.Quoted(written)}]{DidYouMean.Hint(bare, scope.Names.Remotes.Keys)}");
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
            scope.Findings.NotThere(byLookup, "finds no host: session.rcpt.lookup.addresses names no remote");
        else
            return true;
        return false;
    }

    /// <summary>In its place may stand a table, with a key for each family.</summary>
    static Setting<IReadOnlyList<IPAddress>> ReadSources(TableReader queue) =>
        queue.Find(Sources) is TomlTable ? Default.Sources : queue.Read(Sources);

    static ConfigType<IReadOnlyList<IPAddress>> Addresses(string name, AddressFamily? family) => ConfigTypes.FromText(
        name,
        (string text, out IPAddress address) => AddressText.TryParse(text, out address) && (family is null || address.AddressFamily == family),
        pattern: "^[0-9A-Fa-f:.]+$").ListOf();

    static SettingKey<TimeSpan> Step(string name, string what, Setting<TimeSpan> fallback) => new(
        $"outbound.timeouts.{name}",
        $"How long {what} may take when delivering by MX (RFC 5321 section 4.5.3.2 says why minutes); a remote has its own timeouts.",
        Stages.Mx,
        ConfigTypes.Deadline,
        fallback) { Example = "\"2m\"" };
}
