using System.Security.Cryptography;

namespace Posthouse.Gateway.Secrets;

/// <summary>
/// A secret that was written as it is, kept as SHA-256 of a key of this process and the secret. HMAC would take four times as long for
/// each of a million, and what it guards against, that who sees one digest makes another, is nothing here: nobody sees any.
/// </summary>
sealed class KeyedSecret(byte[] key, byte[] digest) : StoredSecret
{
    /// <summary>Octets of a digest.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    const int KeySize = 32;
    const int MostOnStack = 256;

    public override bool IsSlow => false;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeySize);

    /// <summary>Writes the digest of a secret.</summary>
    public static void Digest(ReadOnlySpan<byte> key, ReadOnlySpan<byte> secret, Span<byte> digest)
    {
        var length = key.Length + secret.Length;
        Span<byte> keyed = length <= MostOnStack ? stackalloc byte[length] : GC.AllocateUninitializedArray<byte>(length, pinned: true);
        key.CopyTo(keyed);
        secret.CopyTo(keyed[key.Length..]);
        SHA256.HashData(keyed, digest);
        CryptographicOperations.ZeroMemory(keyed);
    }

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        Span<byte> asked = stackalloc byte[Size];
        Digest(key, secret, asked);
        return CryptographicOperations.FixedTimeEquals(asked, digest);
    }
}
