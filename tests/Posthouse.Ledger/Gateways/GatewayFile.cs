namespace Posthouse.Ledger.Gateways;

/// <summary>The configuration: everyone may relay, one half of the recipients goes to an LMTP host, the other to an SMTP host.</summary>
static class GatewayFile
{
    internal const int Concurrency = 10;

    internal static string Text(int port, string queue, int lmtp, int smtp) => $$"""
        [server]
        hostname = "gateway.example.org"
        [server.listener."smtp"]
        bind = ["127.0.0.1:{{port}}"]
        protocol = "smtp"
        tls.enable = false
        [session.rcpt]
        relay = true
        errors.wait = "10ms"
        [session.data.limits]
        messages = 1000000
        size = 100000000
        [queue]
        path = "{{queue}}"
        [queue.schedule]
        retry = ["1s"]
        expire = "5d"
        [queue.outbound]
        next-hop = [ { if = "rcpt-domain", eq = "lmtp.example", then = "lmtp" },
                     { else = "smtp" } ]
        {{Remote("lmtp", lmtp)}}
        {{Remote("smtp", smtp)}}
        """;

    static string Remote(string id, int port) => $$"""
        [remote."{{id}}"]
        address = "127.0.0.1"
        port = {{port}}
        protocol = "{{id}}"
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
