using System.Security.Cryptography.X509Certificates;

namespace Posthouse.Remotes.Definition;

/// <summary>The authorities that may vouch for a host in place of the system's. Compared by their thumbprints.</summary>
public sealed class RemoteAuthorities : IEquatable<RemoteAuthorities>
{
    /// <summary>Borrows the certificates, which must live as long as the host; at least one.</summary>
    public RemoteAuthorities(X509Certificate2Collection certificates) => Certificates = certificates;

    /// <summary>The authorities' own certificates.</summary>
    public X509Certificate2Collection Certificates { get; }

    /// <inheritdoc/>
    public bool Equals(RemoteAuthorities? other) =>
        other is not null && Certificates.Select(each => each.Thumbprint).SequenceEqual(other.Certificates.Select(each => each.Thumbprint), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RemoteAuthorities);

    /// <inheritdoc/>
    public override int GetHashCode() => Certificates.Count;
}
