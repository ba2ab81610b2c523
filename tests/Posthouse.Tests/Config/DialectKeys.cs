namespace Posthouse.Tests.Config;

/// <summary>
/// The keys that the dialect names, copied from its page by hand, with type, default and the stage at which an if-block is asked (- = a value only).
/// <c>[]</c> behind a type: or a list of such; <c>?</c>: or a word for none. Where the page gives no default there is none, or the words say on what it depends.
/// </summary>
static class DialectKeys
{
    const string Table = """
        include ~ text[] ~ none ~ -
        remote.*.address ~ host[] ~ required ~ -
        remote.*.port ~ integer ~ smtp 25, with implicit TLS 465; lmtp 24; imap 143, with implicit TLS 993 ~ -
        remote.*.protocol ~ smtp|lmtp|imap ~ required ~ -
        remote.*.concurrency ~ integer ~ 10 ~ -
        remote.*.timeout ~ duration ~ "1m" ~ -
        remote.*.lookup ~ flag ~ false ~ -
        remote.*.tls.implicit ~ flag ~ true ~ -
        remote.*.tls.allow-invalid-certs ~ flag ~ false ~ -
        remote.*.tls.starttls ~ require|optional|disable? ~ "require" ~ -
        remote.*.tls.ca ~ pem ~ the system's authorities ~ -
        remote.*.tls.server-name ~ name ~ that of the endpoint ~ -
        remote.*.tls.pin ~ pin[] ~ none ~ -
        remote.*.tls.certificate ~ text ~ none ~ -
        remote.*.auth.username ~ text ~ none ~ -
        remote.*.auth.secret ~ text ~ none ~ -
        remote.*.limits.errors ~ integer ~ 3 ~ -
        remote.*.limits.requests ~ integer ~ 50 ~ -
        remote.*.limits.idle ~ duration ~ "1m" ~ -
        remote.*.limits.age ~ duration ~ "15m" ~ -
        remote.*.limits.warm ~ integer ~ 0 ~ -
        remote.*.cache.entries ~ integer ~ 1024 ~ -
        remote.*.cache.ttl.positive ~ duration ~ "1d" ~ -
        remote.*.cache.ttl.negative ~ duration ~ "1h" ~ -
        remote.*.cache.ttl.login-negative ~ duration ~ the smaller of 1m and cache.ttl.negative ~ -
        remote.*.cache.stale ~ duration? ~ false ~ -
        remote.*.cache.refresh ~ duration? ~ 5m for logins, else 90% of cache.ttl.positive ~ -
        remote.*.timeouts.command ~ duration ~ 1m for lookups, 5m for relay ~ -
        remote.*.timeouts.data ~ duration ~ "3m" ~ -
        remote.*.timeouts.dot ~ duration ~ "10m" ~ -
        remote.*.login.rewrite ~ as-is|lower|local-part ~ "as-is" ~ -
        remote.*.login.domains ~ name[] ~ all ~ -
        remote.*.forward-client ~ xclient|proxy-v2|imap-id? ~ false ~ -
        remote.*.breaker.failures ~ integer ~ 5 ~ -
        remote.*.breaker.cooldown ~ duration ~ "10s" ~ -
        server.hostname ~ name ~ the machine's name ~ -
        server.greeting ~ text ~ "Posthouse at your service" ~ connect
        server.watch ~ flag ~ false ~ -
        server.protocol ~ smtp|lmtp|http ~ "smtp" ~ -
        server.tls.enable ~ flag ~ false ~ -
        server.tls.implicit ~ flag ~ false ~ -
        server.tls.certificate ~ text ~ a self-signed one, made at each start ~ -
        server.tls.sni ~ sni[] ~ none ~ -
        server.tls.timeout ~ duration ~ "1m" ~ -
        server.tls.protocols ~ TLSv1.2|TLSv1.3[] ~ TLSv1.2 and TLSv1.3 ~ -
        server.socket.backlog ~ integer ~ 1024 ~ -
        server.socket.reuse-addr ~ flag ~ true ~ -
        server.socket.reuse-port ~ flag ~ false ~ -
        server.socket.ttl ~ integer ~ the system's ~ -
        server.socket.send-buffer-size ~ integer ~ the system's ~ -
        server.socket.recv-buffer-size ~ integer ~ the system's ~ -
        server.socket.linger ~ duration? ~ false ~ -
        server.socket.tos ~ integer ~ the system's ~ -
        server.listener.*.bind ~ bind[] ~ required ~ -
        server.listener.*.protocol ~ smtp|lmtp|http ~ "smtp" ~ -
        server.listener.*.tls.enable ~ flag ~ false ~ -
        server.listener.*.tls.implicit ~ flag ~ false ~ -
        server.listener.*.tls.certificate ~ text ~ a self-signed one, made at each start ~ -
        server.listener.*.tls.sni ~ sni[] ~ none ~ -
        server.listener.*.tls.timeout ~ duration ~ "1m" ~ -
        server.listener.*.tls.protocols ~ TLSv1.2|TLSv1.3[] ~ TLSv1.2 and TLSv1.3 ~ -
        server.listener.*.socket.backlog ~ integer ~ 1024 ~ -
        server.listener.*.socket.reuse-addr ~ flag ~ true ~ -
        server.listener.*.socket.reuse-port ~ flag ~ false ~ -
        server.listener.*.socket.ttl ~ integer ~ the system's ~ -
        server.listener.*.socket.send-buffer-size ~ integer ~ the system's ~ -
        server.listener.*.socket.recv-buffer-size ~ integer ~ the system's ~ -
        server.listener.*.socket.linger ~ duration? ~ false ~ -
        server.listener.*.socket.tos ~ integer ~ the system's ~ -
        server.listener.*.hostname ~ name ~ server.hostname ~ -
        server.listener.*.greeting ~ text ~ server.greeting ~ -
        certificate.*.cert ~ text ~ required ~ -
        certificate.*.private-key ~ text ~ required ~ -
        session.timeout ~ duration ~ "5m" ~ connect
        session.duration ~ duration ~ "15m" ~ connect
        session.transfer-limit ~ size ~ "250MiB" ~ connect
        session.limits.per-ip ~ integer? ~ false ~ -
        session.ehlo.require ~ flag ~ true ~ connect
        session.ehlo.reject-non-fqdn ~ flag ~ true, for loopback clients false ~ EHLO
        session.extensions.pipelining ~ flag ~ true ~ EHLO
        session.extensions.chunking ~ flag ~ true ~ EHLO
        session.extensions.dsn ~ flag ~ true ~ EHLO
        session.extensions.requiretls ~ flag ~ false ~ EHLO
        session.extensions.binarymime ~ flag ~ false ~ EHLO
        session.extensions.no-soliciting ~ text? ~ false ~ EHLO
        session.extensions.future-release ~ duration? ~ false ~ EHLO
        session.extensions.deliver-by ~ duration? ~ false ~ EHLO
        session.extensions.mt-priority ~ mixer|stanag4406|nsep? ~ false ~ EHLO
        session.data.limits.messages ~ integer ~ 10 ~ DATA
        session.data.limits.size ~ size ~ "25MiB" ~ DATA
        session.data.limits.received-headers ~ integer ~ 50 ~ DATA
        session.data.add-headers.received ~ flag ~ true ~ DATA
        session.data.add-headers.message-id ~ flag ~ true for authenticated senders ~ DATA
        session.data.add-headers.date ~ flag ~ true for authenticated senders ~ DATA
        session.data.add-headers.return-path ~ flag ~ false ~ DATA
        session.auth.mechanisms ~ plain|login|oauthbearer|xoauth2[]? ~ false ~ EHLO
        session.auth.lookup ~ lookup[]? ~ false ~ AUTH
        session.auth.require ~ flag ~ false ~ EHLO
        session.auth.allow-plain-text ~ flag ~ false ~ EHLO
        session.auth.must-match-sender ~ flag ~ false ~ MAIL
        session.auth.errors.total ~ integer ~ 3 ~ AUTH
        session.auth.errors.wait ~ duration ~ "5s" ~ AUTH
        session.rcpt.relay ~ flag ~ false ~ RCPT
        session.rcpt.max-recipients ~ integer ~ 100 ~ RCPT
        session.rcpt.lookup.domains ~ lookup[]? ~ false ~ RCPT
        session.rcpt.lookup.addresses ~ lookup[]? ~ false ~ RCPT
        session.rcpt.lookup.vrfy ~ lookup[]? ~ false ~ EHLO
        session.rcpt.lookup.expn ~ lookup[]? ~ false ~ EHLO
        session.rcpt.errors.total ~ integer ~ 5 ~ RCPT
        session.rcpt.errors.wait ~ duration ~ "5s" ~ RCPT
        session.throttle.[].match ~ condition@RCPT ~ none ~ -
        session.throttle.[].key ~ variables@RCPT[] ~ none ~ -
        session.throttle.[].concurrency ~ integer? ~ false ~ -
        session.throttle.[].rate ~ rate? ~ false ~ -
        queue.path ~ text ~ "./queue" ~ -
        queue.schedule.retry ~ duration[] ~ ["2m", "5m", "10m", "15m", "30m", "1h", "2h"] ~ MX
        queue.schedule.notify ~ duration[]? ~ ["1d", "3d"] ~ queue
        queue.schedule.expire ~ duration ~ "5d" ~ queue
        queue.delivery ~ queued|cut-through ~ "queued" ~ RCPT
        queue.outbound.next-hop ~ next-hop? ~ false ~ queue
        queue.outbound.hostname ~ name ~ server.hostname ~ queue
        queue.outbound.ip-strategy ~ ipv4-only|ipv6-only|ipv4-then-ipv6|ipv6-then-ipv4 ~ "ipv4-then-ipv6" ~ queue
        queue.outbound.source-ip ~ address[] ~ none ~ MX
        queue.outbound.source-ip.v4 ~ address-v4[] ~ none ~ MX
        queue.outbound.source-ip.v6 ~ address-v6[] ~ none ~ MX
        queue.outbound.tls.starttls ~ require|optional|disable? ~ "optional" ~ MX
        queue.outbound.limits.mx ~ integer ~ 5 ~ queue
        queue.outbound.limits.multihomed ~ integer ~ 2 ~ queue
        queue.outbound.timeouts.connect ~ duration ~ "5m" ~ MX
        queue.outbound.timeouts.greeting ~ duration ~ "5m" ~ MX
        queue.outbound.timeouts.tls ~ duration ~ "3m" ~ MX
        queue.outbound.timeouts.ehlo ~ duration ~ "5m" ~ MX
        queue.outbound.timeouts.mail-from ~ duration ~ "5m" ~ MX
        queue.outbound.timeouts.rcpt-to ~ duration ~ "5m" ~ MX
        queue.outbound.timeouts.data ~ duration ~ "10m" ~ MX
        queue.outbound.timeouts.mta-sts ~ duration ~ "10m" ~ MX
        queue.throttle.[].match ~ condition@MX ~ none ~ -
        queue.throttle.[].key ~ variables@MX[] ~ none ~ -
        queue.throttle.[].concurrency ~ integer? ~ false ~ -
        queue.throttle.[].rate ~ rate? ~ false ~ -
        queue.quota.[].match ~ condition@queue ~ none ~ -
        queue.quota.[].key ~ variables@queue[] ~ none ~ -
        queue.quota.[].messages ~ integer? ~ false ~ -
        queue.quota.[].size ~ size? ~ false ~ -
        resolver.address ~ address[] ~ none ~ -
        resolver.port ~ integer ~ 53 ~ -
        list.* ~ text[] ~ none ~ -
        rule.* ~ condition@any ~ none ~ -
        management.auth.lookup ~ lookup[]? ~ false ~ -
        global.tracing.method ~ stdout|log|open-telemetry ~ "stdout" ~ -
        global.tracing.level ~ trace|debug|info|warn|error ~ "info" ~ -
        global.tracing.path ~ text ~ none ~ -
        global.tracing.prefix ~ text ~ none ~ -
        global.tracing.rotate ~ text ~ none ~ -
        global.tracing.transport ~ text ~ none ~ -
        global.tracing.endpoint ~ text ~ none ~ -
        global.tracing.ansi ~ flag ~ false ~ -
        global.tracing.headers ~ text[] ~ none ~ -
        """;

    public static IReadOnlyList<(string Key, string Type, string Default, string Stage)> All { get; } =
        [.. Table.Split('\n').Select(static line => line.Trim().Split(" ~ ")).Select(static parts => (parts[0], parts[1], parts[2], parts[3]))];
}
