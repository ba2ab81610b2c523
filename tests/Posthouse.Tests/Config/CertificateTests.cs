using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Tests.Config;

public sealed class CertificateTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("posthouse-cert-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_certificate_may_be_files_or_inline_with_its_chain()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256).Create(root, root.NotBefore, root.NotAfter, [1, 2, 3]);
        var certPath = Path.Combine(_folder.FullName, "cert.pem");
        File.WriteAllText(certPath, leaf.ExportCertificatePem() + "\n" + root.ExportCertificatePem() + "\n");

        var tls = ConfigText.Model($"""
            [certificate."mx.example"]
            cert = "file://{certPath}"
            private-key = '''
            {key.ExportPkcs8PrivateKeyPem()}
            '''
            [server.listener.a]
            bind = "127.0.0.1:0"
            tls = {"{"} enable = true, certificate = "mx.example" {"}"}

            """).Listeners.Single(l => l.Id == "a").Tls!;
        Assert.Equal("CN=leaf", tls.Certificate.Subject);
        Assert.True(tls.Certificate.HasPrivateKey);
        Assert.Equal("CN=root", Assert.Single(tls.Chain).Subject);
    }

    [Fact]
    public void A_key_that_is_not_the_certificates_is_a_problem_that_does_not_show_it()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var cert = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var problems = ConfigText.Problems($"[certificate.x]\ncert = '''{cert.ExportCertificatePem()}'''\nprivate-key = '''{other.ExportPkcs8PrivateKeyPem()}'''\n");
        Assert.EndsWith(": error: certificate.x.private-key: is not the unencrypted PEM private key of the certificate in cert, or one of them is damaged", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void What_is_no_certificate_is_a_problem(string pem)
    {
        var problems = ConfigText.Problems($"[certificate.x]\ncert = '''{pem}'''\nprivate-key = 'x'\n");
        Assert.Contains(": error: certificate.x.", Assert.Single(problems), StringComparison.Ordinal);
    }
}
