using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>Our side of TLS toward a host.</summary>
static class TlsHandshake
{
    /// <summary>
    /// Shakes hands and checks the certificate against the system's store and the host's address. Sessions are resumed by default; a
    /// certificate selection callback would turn that off, so there is none.
    /// </summary>
    [SuppressMessage("Security", "CA5359", Justification = "The operator asked for it by name: tls.allow-invalid-certs.")]
    public static async Task<Stream> RunAsync(Stream stream, RemoteHostOptions host, CancellationToken cancellationToken)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host.Address[0].Host };
        if (host.Tls.AllowInvalidCerts)
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            if (e is AuthenticationException or IOException)
                throw new HostUnavailableException($"TLS with {host.Address}: {e.Message}", cause: e);
            throw;
        }
    }
}
