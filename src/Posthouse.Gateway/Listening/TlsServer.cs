using System.Collections.Frozen;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Gateway.Listening;

/// <summary>A listener's TLS. The context of each certificate is made once: its chain is sent as configured, nothing is fetched.</summary>
sealed class TlsServer(ListenerTls tls, TimeProvider time, ILogger logger)
{
    const string Wildcard = "*.";
    readonly SslServerAuthenticationOptions _options = Options(tls, tls.Certificate, tls.Chain);

    readonly FrozenDictionary<string, SslServerAuthenticationOptions> _byName = tls.Sni.ToFrozenDictionary(
        static name => name.Name, name => Options(tls, name.Certificate, name.Chain), StringComparer.OrdinalIgnoreCase);

    static SslServerAuthenticationOptions Options(ListenerTls tls, X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
        EnabledSslProtocols = tls.Protocols == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : tls.Protocols,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    /// <summary>For one client, who is named where its handshake fails.</summary>
    public ITlsServer For(string listener, IPAddress remote) => new ForClient(this, listener, remote);

    async Task<ISecuredTransport?> SecureAsync(IDuplexPipe clear, ForClient client, CancellationToken cancellationToken)
    {
        var below = new DuplexPipeStream(clear);
        var stream = new SslStream(below, leaveInnerStreamOpen: false);
        using var timeout = new CancellationTokenSource(tls.Timeout, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Without names there is no need to wait for the one that the client asks for.
            if (_byName.Count == 0)
                await stream.AuthenticateAsServerAsync(_options, bound.Token).ConfigureAwait(false);
            else
                await stream.AuthenticateAsServerAsync(static (_, hello, server, _) => new(((TlsServer)server!).OptionsFor(hello.ServerName)), this, bound.Token).ConfigureAwait(false);
            return new SecuredTransport(stream, below, time);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or NotSupportedException)
        {
            ListeningLog.HandshakeFailed(logger, client.Listener, client.Remote, timeout.IsCancellationRequested ? $"not done within {tls.Timeout}" : e.Message);
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    SslServerAuthenticationOptions OptionsFor(string name) =>
        _byName.TryGetValue(name, out var own) ? own
        : name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && _byName.TryGetValue(string.Concat(Wildcard, name.AsSpan(dot + 1)), out own) ? own
        : _options;

    sealed record ForClient(TlsServer Server, string Listener, IPAddress Remote) : ITlsServer
    {
        public Task<ISecuredTransport?> SecureAsync(IDuplexPipe clear, CancellationToken cancellationToken) => Server.SecureAsync(clear, this, cancellationToken);
    }
}
