using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Schema;

namespace Posthouse.Tests.Config;

/// <summary>The keys that the dialect names, copied from its page by hand: what is lost from the sections shows here.</summary>
public class DialectKeyTests
{
    const string Tls = "enable implicit certificate sni protocols timeout";

    [Theory]
    [InlineData("", "include")]
    [InlineData("remote.x", "address port protocol concurrency timeout lookup forward-client")]
    [InlineData("remote.x.tls", "implicit allow-invalid-certs starttls ca server-name pin certificate")]
    [InlineData("remote.x.auth", "username secret")]
    [InlineData("remote.x.limits", "errors requests idle age warm")]
    [InlineData("remote.x.cache", "entries ttl.positive ttl.negative ttl.login-negative stale refresh")]
    [InlineData("remote.x.timeouts", "command data dot")]
    [InlineData("remote.x.login", "rewrite domains")]
    [InlineData("remote.x.breaker", "failures cooldown")]
    [InlineData("server", "hostname greeting protocol watch")]
    [InlineData("server.tls", Tls)]
    [InlineData("server.socket", "backlog")]
    [InlineData("server.listener.x", "bind protocol socket.backlog")]
    [InlineData("server.listener.x.tls", Tls)]
    [InlineData("certificate.x", "cert private-key")]
    [InlineData("session", "timeout duration transfer-limit limits.per-ip ehlo.require ehlo.reject-non-fqdn")]
    [InlineData("session.extensions", "pipelining chunking dsn binarymime requiretls no-soliciting future-release deliver-by mt-priority")]
    [InlineData("session.auth", "mechanisms lookup require errors.total errors.wait errors.max must-match-sender allow-plain-text")]
    [InlineData("session.rcpt", "relay max-recipients errors.total errors.wait errors.max")]
    [InlineData("session.rcpt.lookup", "domains addresses vrfy expn")]
    [InlineData("session.data", "limits.messages limits.size limits.received-headers")]
    [InlineData("session.data.add-headers", "received message-id date return-path")]
    [InlineData("session.throttle.[]", "match key concurrency rate")]
    [InlineData("queue", "path schedule.retry schedule.notify schedule.expire delivery")]
    [InlineData("queue.throttle.[]", "match key concurrency rate")]
    [InlineData("queue.quota.[]", "match key messages size")]
    [InlineData("queue.outbound", "hostname next-hop ip-strategy source-ip source-ip.v4 source-ip.v6 tls.starttls limits.mx limits.multihomed")]
    [InlineData("queue.outbound.timeouts", "connect greeting tls ehlo mail-from rcpt-to data mta-sts")]
    [InlineData("resolver", "address port")]
    [InlineData("list", "x")]
    [InlineData("rule", "x")]
    [InlineData("management", "auth.lookup lookup.auth")]
    [InlineData("global.tracing", "method level path")]
    public void A_key_of_the_dialect_is_known(string table, string keys) =>
        Assert.All(keys.Split(' '), key => Assert.Contains(Places($"{table}.{key}"), place => place.Key is not null));

    [Theory]
    [InlineData("auth.dkim auth.spf auth.arc auth.dmarc auth.iprev auth.dnsbl signature.x report.dsn sieve.x database.x")]
    [InlineData("session.connect.script session.rcpt.script session.data.pipe.x session.data.milter.x")]
    [InlineData("session.data.add-headers.received-spf session.data.add-headers.auth-results")]
    [InlineData("queue.outbound.tls.dane queue.outbound.tls.mta-sts queue.hash report.hash")]
    [InlineData("resolver.type resolver.cache resolver.concurrency resolver.timeout resolver.attempts resolver.preserve-intermediates resolver.try-tcp-on-error")]
    [InlineData("server.run-as server.tls.ignore-client-order server.tls.ciphers global.concurrency global.shared-map global.thread-pool")]
    public void What_the_era_had_besides_is_known_as_such(string paths) =>
        Assert.All(paths.Split(' '), path => Assert.Contains(Places(path), place => place.IsOfTheEra));

    /// <summary>Below what is of the era everything is.</summary>
    static List<SchemaNode> Places(string path)
    {
        List<SchemaNode> places = [ConfigSchema.Root];
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            places = [.. places.SelectMany(place => place.IsOfTheEra ? [place] : name == "[]" ? place.Each is { } each ? [each] : [] : place.Follow(name))];
        return places;
    }
}
