using System.Security.Cryptography;

namespace Posthouse.Wire.Sasl;

/// <summary>
/// A user name and a secret. The secret is held as bytes, wiped on dispose, and has no textual form: nothing here prints it.
/// </summary>
public sealed class Credentials : IDisposable
{
    readonly byte[] _secret;

    /// <summary>Copies the secret; the caller wipes its own copy.</summary>
    public Credentials(string userName, ReadOnlySpan<byte> secret)
    {
        UserName = userName;
        _secret = GC.AllocateArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(_secret);
    }

    /// <summary>The authentication identity, as given.</summary>
    public string UserName { get; }

    /// <summary>The secret in UTF-8.</summary>
    public ReadOnlySpan<byte> Secret => _secret;

    /// <summary>A copy with a life of its own.</summary>
    public Credentials Copy() => new(UserName, _secret);

    /// <summary>Wipes the secret.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    /// <summary>The user name alone.</summary>
    public override string ToString() => UserName;
}
