using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Sessions;

namespace Posthouse.Gateway.Listening;

/// <summary>A listener's TLS. The certificate's context is made once: its chain is sent as configured, nothing is fetched.</summary>
sealed class TlsServer(ListenerTls tls, TimeProvider time, ILogger logger) : ITlsServer
{
    readonly SslServerAuthenticationOptions _options = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(tls.Certificate, tls.Chain, offline: true),
        EnabledSslProtocols = tls.Protocols == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : tls.Protocols,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    public async Task<ISecuredTransport?> SecureAsync(IDuplexPipe clear, CancellationToken cancellationToken)
    {
        var below = new DuplexPipeStream(clear);
        var stream = new SslStream(below, leaveInnerStreamOpen: false);
        using var timeout = new CancellationTokenSource(tls.Timeout, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await stream.AuthenticateAsServerAsync(_options, bound.Token).ConfigureAwait(false);
            return new SecuredTransport(stream, below, time);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or NotSupportedException)
        {
            ListeningLog.HandshakeFailed(logger, timeout.IsCancellationRequested ? $"not done within {tls.Timeout}" : e.Message);
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }
}
