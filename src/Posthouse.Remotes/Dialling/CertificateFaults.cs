using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Remotes.Dialling;

/// <summary>Why a certificate was not accepted, in an operator's words.</summary>
static class CertificateFaults
{
    const int MostNames = 4;
    const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
    const X509ChainStatusFlags Named = Untrusted | X509ChainStatusFlags.NotTimeValid;

    public static IEnumerable<string> Of(X509Certificate2 leaf, X509Chain chain, SslPolicyErrors errors, Attempt attempt)
    {
        var host = attempt.Host;
        foreach (var element in chain.ChainElements)
        {
            if (element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
                yield return $"{LifeOf(element.Certificate, leaf, chain.ChainPolicy.VerificationTime)}; only {host.Name("tls.allow-invalid-certs")} would accept it";
        }
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            yield return $"the certificate is for {NamesOf(leaf)}, not for {CertificateText.Printable(attempt.ServerName)}; {host.Name("tls.server-name")} says which name to expect";
        var statuses = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if ((statuses & Untrusted) != 0)
            yield return $"{IssuerOf(leaf)} is not {(host.Tls.Authorities is null ? $"known to this machine; {host.Name("tls.ca")} may name it" : $"one of {host.Name("tls.ca")}")}";
        if ((statuses & ~Named) is not X509ChainStatusFlags.NoError and var others)
            yield return $"the certificate's chain is faulty ({others}); only {host.Name("tls.allow-invalid-certs")} would accept it";
    }

    static string LifeOf(X509Certificate2 certificate, X509Certificate2 leaf, DateTime now)
    {
        var which = certificate.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)
            ? "the certificate"
            : $"the certificate of its authority {CertificateText.Subject(certificate)}";
        return certificate.NotBefore > now
            ? $"{which} is not valid before {CertificateText.Date(certificate.NotBefore)}"
            : $"{which} expired on {CertificateText.Date(certificate.NotAfter)}";
    }

    static string NamesOf(X509Certificate2 leaf)
    {
        var names = CertificateText.Names(leaf, MostNames);
        return names.Count > 0 ? string.Join(", ", names) : $"no name at all (its subject is {CertificateText.Subject(leaf)})";
    }

    static string IssuerOf(X509Certificate2 leaf) =>
        leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
            ? $"the self-signed certificate {CertificateText.Subject(leaf)}"
            : $"the certificate's issuer {CertificateText.Printable(leaf.Issuer)}";
}
