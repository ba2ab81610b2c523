using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Remotes.Definition;

namespace Posthouse.Tests.Remotes.Tls;

/// <summary>An authority that a test makes up, and what it vouches for.</summary>
sealed class TestAuthority : IDisposable
{
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly List<X509Certificate2> _issued = [];

    public TestAuthority(string name = "Test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        Certificate = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        Trusted = new RemoteAuthorities([Certificate]);
    }

    // Not a fake clock: the framework reads the real one.
    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public X509Certificate2 Certificate { get; }

    public RemoteAuthorities Trusted { get; }

    /// <summary>A certificate with its key; without names it is a client's.</summary>
    public X509Certificate2 Issue(string subject, string[] names, int fromDays = -1, int toDays = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = RequestFor(key, subject, names).Create(Certificate, Now.AddDays(fromDays), Now.AddDays(toDays), [1, (byte)_issued.Count]);
        return Keep(bare.CopyWithPrivateKey(key));
    }

    public X509Certificate2 SelfSigned(string subject, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Keep(RequestFor(key, subject, names).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30)));
    }

    public void Dispose()
    {
        _issued.ForEach(certificate => certificate.Dispose());
        Certificate.Dispose();
        _key.Dispose();
    }

    static CertificateRequest RequestFor(ECDsa key, string subject, string[] names)
    {
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        if (names.Length == 0)
            return request;
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        return request;
    }

    X509Certificate2 Keep(X509Certificate2 certificate)
    {
        _issued.Add(certificate);
        return certificate;
    }
}
