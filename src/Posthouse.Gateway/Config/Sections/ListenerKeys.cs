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

    public static readonly Key<IReadOnlyList<IPEndPoint>> Bind = new(
        "bind",
        "The addresses and ports to listen on; [::] is every address, of IPv4 too. A reload opens new ones and closes those that "
        + "are gone.",
        ConfigTypes.FromText<IPEndPoint>(
            "an address and port such as \"127.0.0.1:25\" or \"[::]:25\"", HostText.TryParseEndPoint, pattern: @"^[0-9A-Fa-f:.\[\]]+$").ListOf(),
        []) { IsRequired = true, Example = "[\"192.0.2.25:25\", \"[2001:db8::25]:25\"]" };
    public static readonly Key<ListenerProtocol> Protocol = new(
        "protocol",
        "What is spoken with clients; http is not served yet.",
        ConfigTypes.Choice(("smtp", ListenerProtocol.Smtp), ("lmtp", ListenerProtocol.Lmtp), ("http", ListenerProtocol.Http)),
        ListenerProtocol.Smtp) { Example = "\"lmtp\"" };
    public static readonly Key<bool> TlsEnable = new(
        "tls.enable",
        "Whether clients may use TLS, by STARTTLS, or must, with tls.implicit.",
        ConfigTypes.Flag,
        false);
    public static readonly Key<bool> TlsImplicit = new(
        "tls.implicit",
        "Whether TLS starts with the first byte, as on port 465; otherwise clients ask for it with STARTTLS. Needs tls.enable.",
        ConfigTypes.Flag,
        false);
    public static readonly Key<string> TlsCertificate = new(
        "tls.certificate",
        "The id of the certificate that clients see, one of [certificate.<id>].",
        ConfigTypes.Text,
        "") { DefaultNote = "a self-signed one, made at each start", Example = "\"gateway\"" };
    public static readonly Key<IReadOnlyList<SniEntry>> TlsSni = new(
        "tls.sni",
        "Certificates for clients that ask for a name; *. in front of it stands for one label. All others see tls.certificate.",
        SniEntry.Type.ListOf(),
        []) { Example = "[ { subject = \"mail.example.net\", certificate = \"gateway\" } ]" };
    public static readonly Key<TimeSpan> TlsTimeout = new(
        "tls.timeout",
        "How long the TLS handshake with a client may take.",
        ConfigTypes.Deadline,
        TimeSpan.FromMinutes(1));
    public static readonly Key<IReadOnlyList<SslProtocols>> TlsProtocols = new(
        "tls.protocols",
        "The versions of TLS that are spoken; older ones are not to be had.",
        ConfigTypes.Choice(("TLSv1.2", SslProtocols.Tls12), ("TLSv1.3", SslProtocols.Tls13)).ListOf(),
        []) { DefaultNote = "TLSv1.2 and TLSv1.3" };
    public static readonly Key<int> Backlog = new(
        "socket.backlog",
        "How many connections may wait to be accepted; the system may allow fewer. A change takes a restart.",
        ConfigTypes.Count(1, 65535),
        1024) { Example = "4096" };

    public static IReadOnlyList<KeyDescription> Inherited { get; } =
    [
        Protocol, TlsEnable, TlsImplicit, TlsCertificate, TlsSni, TlsTimeout, TlsProtocols, Backlog,
        new Key<bool>(
            "socket.reuse-addr",
            "Whether an address that was just closed may be bound again at once. It always may.",
            ConfigTypes.Flag,
            true) { IsActedOn = false },
        new Key<bool>(
            "socket.reuse-port",
            "Whether several processes may listen on the same port. One queue has one process, so they never do.",
            ConfigTypes.Flag,
            false) { IsActedOn = false },
        OfTheSystem("socket.ttl", "The time to live of outgoing IP packets, in hops.", "64"),
        OfTheSystem("socket.send-buffer-size", "The size of a socket's send buffer, in bytes.", "65536"),
        OfTheSystem("socket.recv-buffer-size", "The size of a socket's receive buffer, in bytes.", "65536"),
        new Key<TimeSpan>(
            "socket.linger",
            "How long a closed socket keeps sending what it still holds.",
            ConfigTypes.Duration.OrOff(TimeSpan.Zero),
            TimeSpan.Zero) { IsActedOn = false },
        OfTheSystem("socket.tos", "The type of service of outgoing IP packets.", "16"),
    ];

    public static TableShape Shape { get; } = new(
        "server.listener.*",
        [
            Bind, .. Inherited,
            new Key<string>(
                "hostname",
                "The name this listener gives itself.",
                ConfigTypes.HostName,
                "") { IsActedOn = false, DefaultNote = "server.hostname" },
            new Key<string>(
                "greeting",
                "The words behind the name in this listener's greeting; server.greeting may depend on the listener.",
                ConfigTypes.Line,
                "") { IsActedOn = false, DefaultNote = "server.greeting", Example = "\"ready\"" },
        ]);

    static Key<int> OfTheSystem(string name, string meaning, string example) =>
        new(name, meaning, AnyCount, 0) { IsActedOn = false, DefaultNote = "the system's", Example = example };
}
