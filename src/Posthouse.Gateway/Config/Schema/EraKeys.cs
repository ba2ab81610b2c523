namespace Posthouse.Gateway.Config.Schema;

/// <summary>What files of the Stalwart era may hold and Posthouse does not implement (DIALECT §7): a closed list.</summary>
static class EraKeys
{
    public static IReadOnlyList<string> Paths { get; } =
    [
        "auth", "signature", "report", "sieve", "database",
        "session.connect.script", "session.ehlo.script", "session.auth.script", "session.mail.script", "session.rcpt.script", "session.data.script",
        "session.data.pipe", "session.data.milter",
        "session.data.add-headers.received-spf", "session.data.add-headers.auth-results",
        "queue.outbound.tls.dane", "queue.outbound.tls.mta-sts", "queue.hash",
        "resolver.type", "resolver.cache", "resolver.concurrency", "resolver.timeout", "resolver.attempts",
        "resolver.preserve-intermediates", "resolver.try-tcp-on-error",
        "server.run-as", "server.tls.ignore-client-order", "server.tls.ciphers",
        "server.listener.*.tls.ignore-client-order", "server.listener.*.tls.ciphers",
        "global.concurrency", "global.shared-map", "global.thread-pool",
    ];
}
