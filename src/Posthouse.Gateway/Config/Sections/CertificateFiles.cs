using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Where a certificate and its private key stand: it can be read again from there.</summary>
sealed class CertificateFiles(string id, TomlText cert, TomlText privateKey)
{
    // Of a key that stands in the configuration itself the place is kept, never the text.
    readonly Place _keyPlace = privateKey.Place;
    readonly string _keyName = privateKey.Key;
    readonly TomlText? _keyFile = Macros.FileOf(privateKey) is null ? null : privateKey;

    /// <summary>Null with the fault reported.</summary>
    public CertificateModel? Make(string certPem, string keyPem, ConfigFindings findings)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certPem);
            if (chain.Count == 0)
            {
                findings.Error(cert, "holds no certificate in PEM form");
                return null;
            }
            chain[0].Dispose();
            chain.RemoveAt(0);
            var leaf = X509Certificate2.CreateFromPem(certPem, keyPem);
            var made = new CertificateModel(id, leaf, chain);
            return made with { ReadAgain = () => ReadAgain(made) };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or NotSupportedException)
        {
            // The framework's text names neither path nor key; it may be long, so the reason is put in our words.
            findings.Error(_keyPlace, _keyName, fault is NotSupportedException
                ? "is of a kind that the cryptography of this system does not know"
                : "is not the unencrypted PEM private key of the certificate in cert, or one of them is damaged");
            return null;
        }
    }

    CertificateReading ReadAgain(CertificateModel inForce)
    {
        var findings = new ConfigFindings();
        CertificateModel? made = null;
        if (Macros.TryExpand(cert, findings, out var certPem))
        {
            if (_keyFile is null)
                return Shows(certPem, inForce) ? new(inForce, "") : new(null, "its private key stands in the configuration, so that it takes a reload");
            if (Macros.TryExpand(_keyFile, findings, out var keyPem))
                made = Make(certPem, keyPem, findings);
        }
        return new(made, made is null ? findings.InOrder()[0].ToString() : "");
    }

    static bool Shows(string certPem, CertificateModel inForce)
    {
        try
        {
            using var now = X509Certificate2.CreateFromPem(certPem);
            return now.Thumbprint == inForce.Leaf.Thumbprint;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
