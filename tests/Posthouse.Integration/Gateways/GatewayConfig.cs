using Posthouse.Integration.Servers;

namespace Posthouse.Integration.Gateways;

/// <summary>The configuration of README and issue, with the remotes and the few settings that tests vary.</summary>
sealed record GatewayConfig
{
    public const string HostName = "gateway.example.org";

    /// <summary>The <c>[remote]</c> tables; see <see cref="RemoteText"/>.</summary>
    public required string Remotes { get; init; }

    public string Logins { get; init; } = "remote/imap";

    public string Recipients { get; init; } = "remote/lmtp";

    /// <summary>What is asked about recipients, as TOML, where that is not <see cref="Recipients"/> alone.</summary>
    public string? Ladder { get; init; }

    public string NextHop { get; init; } = "lmtp";

    public string Mechanisms { get; init; } = "\"plain\", \"login\"";

    /// <summary>Whether clients on this machine may log in without TLS.</summary>
    public bool AllowPlainText { get; init; }

    /// <summary>Where mail goes, as TOML, where that is not <see cref="NextHop"/>.</summary>
    public string? Route { get; init; }

    /// <summary>Branches of <c>next-hop</c> that come first.</summary>
    public string FirstRoutes { get; init; } = "";

    /// <summary>More of <c>[list]</c>.</summary>
    public string Lists { get; init; } = "";

    public string Notify { get; init; } = """["1d", "3d"]""";

    public string Delivery { get; init; } = "queued";

    public string MessageSize { get; init; } = "25MiB";

    public int MessagesPerSession { get; init; } = 10;

    public string Greeting { get; init; } = "ready";

    public string Text(int port, string queue, ServerCertificate certificate) => $$"""
        [server]
        hostname = "{{HostName}}"
        greeting = "{{Greeting}}"

        [server.listener."smtp"]
        bind = ["127.0.0.1:{{port}}"]
        protocol = "smtp"

        [server.tls]
        enable = true
        implicit = false
        certificate = "gateway"

        [certificate."gateway"]
        cert = "file://{{certificate.CertificatePath}}"
        private-key = "file://{{certificate.KeyPath}}"

        [session.auth]
        mechanisms = [{{Mechanisms}}]
        lookup = "{{Logins}}"
        allow-plain-text = {{(AllowPlainText ? "true" : "false")}}

        [session.auth.errors]
        total = 3
        wait = "10ms"

        [session.rcpt]
        relay = [ { if = "authenticated-as", ne = "", then = true },
                  { else = false } ]

        [session.rcpt.errors]
        total = 10
        wait = "10ms"

        [session.rcpt.lookup]
        domains = "list/domains"
        addresses = {{Ladder ?? $"\"{Recipients}\""}}
        vrfy = [ { if = "authenticated-as", ne = "", then = "{{Recipients}}" },
                 { else = false } ]
        expn = [ { if = "authenticated-as", ne = "", then = "{{Recipients}}" },
                 { else = false } ]

        [session.data.limits]
        messages = {{MessagesPerSession}}
        size = "{{MessageSize}}"

        [queue]
        path = "{{queue}}"
        delivery = "{{Delivery}}"

        [queue.schedule]
        retry = ["1s"]
        notify = {{Notify}}
        expire = "5d"

        [queue.outbound]
        next-hop = [ {{FirstRoutes}}
                     { if = "rcpt-domain", in-list = "list/domains", then = {{Route ?? $"\"{NextHop}\""}} },
                     { else = false } ]

        [list]
        domains = ["example.org"]
        {{Lists}}

        {{Remotes}}
        """;
}
