using System.Net;
using System.Security.Authentication;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>The keys of <c>[server.listener.&lt;id&gt;]</c>, and of <c>[server]</c> those that its listeners inherit.</summary>
static class ListenerKeys
{
    static readonly ConfigType<int> AnyCount = ConfigTypes.Count(0, int.MaxValue);
    static readonly ConfigType<TomlNode> Anything = new("any value", (TomlNode node, ReadScope _, out TomlNode value) => (value = node) is not null);

    public static readonly Key<IReadOnlyList<IPEndPoint>> Bind = new(
        "bind", ConfigTypes.FromText<IPEndPoint>("an address and port such as \"127.0.0.1:25\" or \"[::]:25\"", HostText.TryParseEndPoint).ListOf(), []) { IsRequired = true };
    public static readonly Key<ListenerProtocol> Protocol = new("protocol", ConfigTypes.Choice(
        ("smtp", ListenerProtocol.Smtp), ("lmtp", ListenerProtocol.Lmtp), ("http", ListenerProtocol.Http)), ListenerProtocol.Smtp);
    public static readonly Key<bool> TlsEnable = new("tls.enable", ConfigTypes.Flag, false);
    public static readonly Key<bool> TlsImplicit = new("tls.implicit", ConfigTypes.Flag, false);
    public static readonly Key<string> TlsCertificate = new("tls.certificate", ConfigTypes.Text, "") { DefaultNote = "a self-signed one, made at each start" };
    public static readonly Key<TimeSpan> TlsTimeout = new("tls.timeout", ConfigTypes.Deadline, TimeSpan.FromMinutes(1));
    public static readonly Key<IReadOnlyList<SslProtocols>> TlsProtocols = new("tls.protocols", ConfigTypes.Choice(
        ("TLSv1.2", SslProtocols.Tls12), ("TLSv1.3", SslProtocols.Tls13)).ListOf(), []) { DefaultNote = "TLSv1.2 and TLSv1.3" };
    public static readonly Key<int> Backlog = new("socket.backlog", ConfigTypes.Count(1, 65535), 1024);

    public static IReadOnlyList<KeyDescription> Inherited { get; } =
    [
        Protocol, TlsEnable, TlsImplicit, TlsCertificate, TlsTimeout, TlsProtocols, Backlog,
        new Key<TomlNode?>("tls.sni", Anything.Select(node => (TomlNode?)node), null) { IsActedOn = false },
        new Key<bool>("socket.reuse-addr", ConfigTypes.Flag, true) { IsActedOn = false },
        new Key<bool>("socket.reuse-port", ConfigTypes.Flag, false) { IsActedOn = false },
        new Key<int>("socket.ttl", AnyCount, 0) { IsActedOn = false },
        new Key<int>("socket.send-buffer-size", AnyCount, 0) { IsActedOn = false },
        new Key<int>("socket.recv-buffer-size", AnyCount, 0) { IsActedOn = false },
        new Key<TimeSpan>("socket.linger", ConfigTypes.Duration.OrOff(TimeSpan.Zero), TimeSpan.Zero) { IsActedOn = false },
        new Key<int>("socket.tos", AnyCount, 0) { IsActedOn = false },
    ];

    public static TableShape Shape { get; } = new(
        "server.listener.*",
        [
            Bind, .. Inherited,
            new Key<string>("hostname", ConfigTypes.HostName, "") { IsActedOn = false, DefaultNote = "server.hostname" },
            new Key<string>("greeting", ConfigTypes.Line, "") { IsActedOn = false, DefaultNote = "server.greeting" },
        ]);
}
