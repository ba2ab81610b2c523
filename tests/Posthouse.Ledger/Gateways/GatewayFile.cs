namespace Posthouse.Ledger.Gateways;

/// <summary>
/// The configuration: everyone may relay, one half of the recipients goes to an LMTP host, the other to an SMTP host, and what senders are told to a
/// third.
/// </summary>
/// <param name="Delivery">Whether mail is stored first.</param>
/// <param name="Lmtp">Port of the LMTP host.</param>
/// <param name="Smtp">Port of the SMTP host.</param>
/// <param name="Reports">Port of the senders' host.</param>
sealed record GatewayFile(Delivery Delivery, int Lmtp, int Smtp, int Reports)
{
    /// <summary>Of each host.</summary>
    internal const int Concurrency = 10;

    /// <summary>Hosts in all.</summary>
    internal const int Hosts = 3;

    internal string Text(int port, string queue) => $$"""
        [server]
        hostname = "gateway.example.org"
        [server.listener."smtp"]
        bind = ["127.0.0.1:{{port}}"]
        protocol = "smtp"
        tls.enable = false
        [session.rcpt]
        relay = true
        errors.wait = "10ms"
        errors.total = 1000
        [session.data.limits]
        messages = 1000000
        size = 100000000
        [queue]
        path = "{{queue}}"
        delivery = "{{(Delivery == Delivery.CutThrough ? "cut-through" : "queued")}}"
        [queue.schedule]
        retry = ["1s"]
        expire = "5d"
        [queue.outbound]
        next-hop = [ { if = "rcpt-domain", eq = "lmtp.example", then = "lmtp" },
                     { if = "rcpt-domain", eq = "smtp.example", then = "smtp" },
                     { else = "reports" } ]
        {{Remote("lmtp", "lmtp", Lmtp)}}
        {{Remote("smtp", "smtp", Smtp)}}
        {{Remote("reports", "smtp", Reports)}}
        """;

    static string Remote(string id, string protocol, int port) => $$"""
        [remote."{{id}}"]
        address = "127.0.0.1"
        port = {{port}}
        protocol = "{{protocol}}"
        concurrency = {{Concurrency}}
        timeout = "1m"
        lookup = false
        [remote."{{id}}".tls]
        implicit = false
        starttls = "optional"
        [remote."{{id}}".limits]
        requests = 1000

        """;
}
