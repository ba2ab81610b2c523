using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>A certificate with its private key, and what stands between it and a root.</summary>
sealed record LoadedCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain);

/// <summary>Reads <c>[certificate.&lt;id&gt;]</c>.</summary>
static class CertificateSection
{
    static readonly Key<string> Cert = new(
        "cert",
        "The certificate and, behind it, what stands between it and its root, as PEM. A file is looked at every few seconds and "
        + "taken when it has been renewed.",
        ConfigTypes.Text,
        "") { IsRequired = true, Example = "\"file:///etc/posthouse/cert.pem\"" };
    static readonly Key<string> PrivateKey = new(
        "private-key",
        "The private key of the certificate, as unencrypted PEM; in a file that only the gateway's user may read.",
        ConfigTypes.Text,
        "") { IsRequired = true, IsSecret = true, Example = "\"file:///etc/posthouse/key.pem\"" };

    public static TableShape Shape { get; } = new("certificate.*", Cert, PrivateKey);

    /// <summary>By id; null for one that could not be had, which is reported.</summary>
    public static IReadOnlyDictionary<string, LoadedCertificate?> ReadAll(TomlTable root, ReadScope scope)
    {
        var certificates = new Dictionary<string, LoadedCertificate?>(StringComparer.Ordinal);
        foreach (var (id, table) in TablesById.Of(root, "certificate"))
            certificates[id] = Read(new TableReader(table, scope), scope);
        return certificates;
    }

    /// <summary>For a listener without a certificate of its own: good for one life of the process.</summary>
    public static LoadedCertificate CreateEphemeral(string hostName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(hostName.Length <= 64 ? hostName : "posthouse");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return new LoadedCertificate(request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1)), []);
    }

    static LoadedCertificate? Read(TableReader table, ReadScope scope)
    {
        var cert = table.Read(Cert);
        var privateKey = table.Read(PrivateKey);
        if (cert.Length == 0 || privateKey.Length == 0)
            return null;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(cert);
            if (chain.Count == 0)
            {
                scope.Findings.Error(table.Find(Cert)!, "holds no certificate in PEM form");
                return null;
            }
            chain[0].Dispose();
            chain.RemoveAt(0);
            return new LoadedCertificate(X509Certificate2.CreateFromPem(cert, privateKey), chain);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            // The framework's text names neither path nor key; it may be long, so the reason is put in our words.
            scope.Findings.Error(table.Find(PrivateKey)!, "is not the unencrypted PEM private key of the certificate in cert, or one of them is damaged");
            return null;
        }
    }
}
