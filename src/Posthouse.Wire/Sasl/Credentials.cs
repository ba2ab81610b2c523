using System.Security.Cryptography;

namespace Posthouse.Wire.Sasl;

/// <summary>
/// A user name and a secret, which is a password or a bearer token. The secret is held as bytes, wiped on dispose, and has no textual form:
/// nothing here prints it.
/// </summary>
public sealed class Credentials : IDisposable
{
    readonly byte[] _secret;
    bool _isWiped;

    /// <summary>Copies the secret; the caller wipes its own copy.</summary>
    /// <param name="userName">The authentication identity.</param>
    /// <param name="secret">A password in UTF-8, or a token in US-ASCII.</param>
    /// <param name="kind">Which of the two it is.</param>
    public Credentials(string userName, ReadOnlySpan<byte> secret, CredentialKind kind = CredentialKind.Password)
    {
        UserName = userName;
        Kind = kind;
        _secret = GC.AllocateArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(_secret);
    }

    /// <summary>The authentication identity, as given.</summary>
    public string UserName { get; }

    /// <summary>What the secret is. One kind never stands for the other, neither at a host nor in a cache.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The secret in UTF-8.</summary>
    /// <exception cref="ObjectDisposedException">It has been wiped.</exception>
    public ReadOnlySpan<byte> Secret
    {
        get
        {
            // Zeros would be sent as a secret that is wrong.
            ObjectDisposedException.ThrowIf(_isWiped, this);
            return _secret;
        }
    }

    /// <summary>A copy with a life of its own.</summary>
    public Credentials Copy() => new(UserName, Secret, Kind);

    /// <summary>Wipes the secret.</summary>
    public void Dispose()
    {
        _isWiped = true;
        CryptographicOperations.ZeroMemory(_secret);
    }

    /// <summary>The user name alone.</summary>
    public override string ToString() => UserName;
}
