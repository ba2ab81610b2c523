using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Remotes.Definition;

/// <summary>A client certificate with its private key and what stands between it and a root. Compared by thumbprints.</summary>
public sealed class RemoteCertificate : IEquatable<RemoteCertificate>
{
    SslStreamCertificateContext? _context;

    /// <summary>Borrows the certificates, which must live as long as the host.</summary>
    public RemoteCertificate(X509Certificate2 leaf, X509Certificate2Collection? chain = null)
    {
        Leaf = leaf;
        Chain = chain ?? [];
    }

    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The certificates between it and a root; may be empty.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The same in the framework's form, made once: TLS sessions are resumed only where it is the same object.</summary>
    internal SslStreamCertificateContext Context =>
        LazyInitializer.EnsureInitialized(ref _context, () => SslStreamCertificateContext.Create(Leaf, Chain, offline: true));

    /// <inheritdoc/>
    public bool Equals(RemoteCertificate? other) => other is not null && Leaf.Thumbprint == other.Leaf.Thumbprint
        && Chain.Select(each => each.Thumbprint).SequenceEqual(other.Chain.Select(each => each.Thumbprint), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RemoteCertificate);

    /// <inheritdoc/>
    public override int GetHashCode() => Leaf.Thumbprint.GetHashCode(StringComparison.Ordinal);

    /// <summary>The subject.</summary>
    public override string ToString() => Leaf.Subject;
}
