using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Definition;

/// <summary>Our own login at a host. Compared by value so that a reload notices a new secret; never printed.</summary>
public sealed class RemoteAuthOptions : IEquatable<RemoteAuthOptions>
{
    readonly Credentials _credentials;

    /// <summary>Takes ownership of the credentials.</summary>
    public RemoteAuthOptions(Credentials credentials) => _credentials = credentials;

    /// <summary>A user name and a secret from a configuration file or a program.</summary>
    public RemoteAuthOptions(string userName, string secret)
        : this(new Credentials(userName, Encoding.UTF8.GetBytes(secret)))
    {
    }

    /// <summary>The user name.</summary>
    public string UserName => _credentials.UserName;

    /// <summary>The login; owned here.</summary>
    internal Credentials Credentials => _credentials;

    /// <inheritdoc/>
    public bool Equals(RemoteAuthOptions? other) =>
        other is not null && UserName == other.UserName && _credentials.Kind == other._credentials.Kind
        && CryptographicOperations.FixedTimeEquals(_credentials.Secret, other._credentials.Secret);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RemoteAuthOptions);

    /// <inheritdoc/>
    public override int GetHashCode() => UserName.GetHashCode(StringComparison.Ordinal);

    /// <summary>The user name alone.</summary>
    public override string ToString() => UserName;
}
