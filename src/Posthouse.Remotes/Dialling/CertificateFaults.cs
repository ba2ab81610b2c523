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
            yield return $"the certificate is for {NamesOf(leaf)}, not for {CertificateText.Printable(attempt.ServerName)}, which {NameSetting(attempt)} expects";
        var statuses = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if ((statuses & Untrusted) != 0)
            yield return $"{IssuerOf(leaf)}, {(host.Tls.Authorities is null ? "unknown to this machine; its authority may be given in" : "none of those in")} {host.Name("tls.ca")}";
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

    static string NameSetting(Attempt attempt) => attempt.Host.Tls.ServerName is null && attempt.Endpoint.SocketPath is null
        ? $"{attempt.Host.Name("address")} in want of {attempt.Host.Name("tls.server-name")}"
        : attempt.Host.Name("tls.server-name");

    static string IssuerOf(X509Certificate2 leaf) =>
        leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
            ? $"the certificate is self-signed ({CertificateText.Subject(leaf)})"
            : $"the certificate's issuer is {CertificateText.Printable(leaf.Issuer)}";
}
