using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

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

    static readonly ConcurrentDictionary<string, CertificateModel> Made = new(StringComparer.OrdinalIgnoreCase);

    public static TableShape Shape { get; } = new("certificate.*", Cert, PrivateKey);

    /// <summary>By id; null for one that could not be had, which is reported.</summary>
    public static IReadOnlyDictionary<string, CertificateModel?> ReadAll(TomlTable root, ReadScope scope)
    {
        var certificates = new Dictionary<string, CertificateModel?>(StringComparer.Ordinal);
        foreach (var (id, table) in TablesById.Of(root, "certificate"))
            certificates[id] = Read(id, new TableReader(table, scope), scope.Findings);
        return certificates;
    }

    /// <summary>For listeners without a certificate of their own: the same for one life of the process, so that a reload changes nothing for a client that keeps it.</summary>
    public static CertificateModel Ephemeral(string hostName) => Made.GetOrAdd(hostName, CreateEphemeral);

    public static CertificateModel CreateEphemeral(string hostName)
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
        return new CertificateModel("", request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1)), []);
    }

    static CertificateModel? Read(string id, TableReader table, ConfigFindings findings)
    {
        var (cert, privateKey) = (table.Read(Cert), table.Read(PrivateKey));
        if (cert.Length == 0 || privateKey.Length == 0)
            return null;
        var files = new CertificateFiles(id, (TomlText)table.Find(Cert)!, (TomlText)table.Find(PrivateKey)!);
        return files.Make(cert, privateKey, findings);
    }
}
