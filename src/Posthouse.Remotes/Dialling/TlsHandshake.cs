using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Definition;

namespace Posthouse.Remotes.Dialling;

/// <summary>
/// Our side of one handshake. Sessions are resumed by default; a certificate selection callback would turn that off, so there
/// is none.
/// </summary>
sealed class TlsHandshake
{
    /// <summary>However long the connect may take, a handshake that takes longer is not one.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    const int MostNames = 20;

    readonly Attempt _attempt;
    readonly RemoteTlsOptions _tls;

    TlsHandshake(Attempt attempt)
    {
        _attempt = attempt;
        _tls = attempt.Host.Tls;
    }

    /// <summary>Shakes hands and checks the certificate. Owns the stream where it fails.</summary>
    /// <exception cref="HostUnavailableException">No TLS, or a certificate that is not accepted.</exception>
    public static async Task<Stream> RunAsync(Stream stream, Attempt attempt, TimeProvider time, CancellationToken cancellationToken)
    {
        var overheard = new OverheardStream(stream);
        var tls = new SslStream(overheard, leaveInnerStreamOpen: false);
        try
        {
            await new TlsHandshake(attempt).RunAsync(tls, overheard, time, cancellationToken);
            attempt.Cipher = $"{tls.SslProtocol} {tls.NegotiatedCipherSuite}";
            return new DecryptedStream(tls, overheard);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    async Task RunAsync(SslStream tls, OverheardStream overheard, TimeProvider time, CancellationToken cancellationToken)
    {
        var longest = _attempt.Host.Timeouts.Tls is { } own && own < Longest ? own : Longest;
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TlsFailedException(string.Create(CultureInfo.InvariantCulture, $"TLS: no handshake within {longest.TotalSeconds:0.###}s"));
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            throw new TlsFailedException($"TLS: {ReasonOf(e, overheard)}", e);
        }
        CheckPin(_attempt.Certificate ?? throw new TlsFailedException("TLS: the host showed no certificate"));
    }

    SslClientAuthenticationOptions Options()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            // What stands in a stranger's certificate is no reason to call anybody.
            DisableCertificateDownloads = true,
        };
        if (_tls.Authorities is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities.Certificates);
        }
        return new SslClientAuthenticationOptions
        {
            TargetHost = _attempt.ServerName,
            CertificateChainPolicy = policy,
            ClientCertificateContext = _tls.Certificate?.Context,
            RemoteCertificateValidationCallback = Look,
        };
    }

    /// <summary>
    /// Looks at what the framework found, since nothing of it can be seen after a refusal. Only the operator, by
    /// <c>tls.allow-invalid-certs</c>, turns a refusal into a yes.
    /// </summary>
    bool Look(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || chain is null)
            return false;
        _attempt.Certificate = new PeerCertificate
        {
            Subjects = [.. chain.ChainElements.Select(element => CertificateText.Subject(element.Certificate))],
            Names = CertificateText.Names(leaf, MostNames),
            NotAfter = leaf.NotAfter,
            Pin = CertificateText.Pin(leaf),
            Faults = errors == SslPolicyErrors.None ? [] : [.. CertificateFaults.Of(leaf, chain, errors, _attempt)],
        };
        return errors == SslPolicyErrors.None || _tls.AllowInvalidCerts;
    }

    void CheckPin(PeerCertificate shown)
    {
        if (_tls.Pins.Count > 0 && !_tls.Pins.Contains(shown.Pin))
            throw new TlsFailedException($"TLS: the host's key is not one of {_attempt.Host.Name("tls.pin")}; it is sha256//{shown.Pin}");
    }

    /// <summary>Who pins a key has its host's own certificate in mind, and must hear both what is wrong with it and whether it is the one.</summary>
    IEnumerable<string> PinFacts(PeerCertificate shown)
    {
        if (_tls.Pins.Contains(shown.Pin))
            yield return $"its key is one of {_attempt.Host.Name("tls.pin")}, which vouches for no certificate";
        else if (_tls.Pins.Count > 0)
            yield return $"its key is not one of {_attempt.Host.Name("tls.pin")} either; it is sha256//{shown.Pin}";
    }

    string ReasonOf(Exception failure, OverheardStream overheard)
    {
        if (_attempt.Certificate is { Faults: { Count: > 0 } faults } shown && !_tls.AllowInvalidCerts)
            return string.Join("; ", [.. faults, .. PinFacts(shown)]);
        if (overheard.ClearText is { } text)
            return $"the host answered in clear text (\"{text}\"); {ClearSetting}";
        var reason = CertificateText.Printable(failure.GetBaseException().Message);
        // Before a certificate was shown it may be anything but TLS; "Cannot determine the frame size" helps nobody by itself.
        return failure is IOException || _attempt.Certificate is null ? $"{reason} Does the host speak TLS here? {ClearSetting}" : reason;
    }

    string ClearSetting => _tls.Implicit
        ? $"{_attempt.Host.Name("tls.implicit")} is true; hosts that begin in clear text want tls.implicit = false"
        : $"{_attempt.Host.Name("tls.implicit")} is false and STARTTLS was said";
}
