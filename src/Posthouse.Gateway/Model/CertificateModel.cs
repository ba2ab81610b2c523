using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Gateway.Model;

/// <summary>One <c>[certificate.&lt;id&gt;]</c>.</summary>
/// <param name="Id">Empty for one that was made where none is configured.</param>
/// <param name="Leaf">With its private key.</param>
/// <param name="Chain">Certificates between the leaf and a root.</param>
public sealed record CertificateModel(string Id, X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    /// <summary>Reads what its files hold now, which programs renew that know nothing of a reload; null where it was made.</summary>
    internal Func<CertificateReading>? ReadAgain { get; init; }

    /// <summary>Whether clients and hosts would see the same.</summary>
    internal bool ShowsTheSame(CertificateModel other) => Leaf.Thumbprint == other.Leaf.Thumbprint
        && Chain.Select(static each => each.Thumbprint).SequenceEqual(other.Chain.Select(static each => each.Thumbprint), StringComparer.Ordinal);
}

/// <summary>What reading a certificate again came to.</summary>
/// <param name="Certificate">Null where it cannot be had.</param>
/// <param name="Fault">Why; empty otherwise.</param>
sealed record CertificateReading(CertificateModel? Certificate, string Fault);
