using System.Security.Cryptography;

namespace Posthouse.Gateway.Secrets;

/// <summary>
/// Ulrich Drepper's SHA-crypt, of which no kept package is free of reflection. The letters in comments name the steps of its
/// specification.
/// </summary>
sealed class ShaCrypt
{
    static ReadOnlySpan<byte> Alphabet => "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8;

    readonly HashAlgorithmName _algorithm;
    readonly int _size;

    ShaCrypt(HashAlgorithmName algorithm, int size, int textLength)
    {
        (_algorithm, _size) = (algorithm, size);
        TextLength = textLength;
    }

    public static ShaCrypt Sha256 { get; } = new(HashAlgorithmName.SHA256, SHA256.HashSizeInBytes, 43);

    public static ShaCrypt Sha512 { get; } = new(HashAlgorithmName.SHA512, SHA512.HashSizeInBytes, 86);

    /// <summary>Characters of a hash.</summary>
    public int TextLength { get; }

    /// <summary>Writes the hash as text of <see cref="TextLength"/> octets.</summary>
    public void Hash(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, int rounds, Span<byte> text)
    {
        using var hash = IncrementalHash.CreateHash(_algorithm);
        Span<byte> digest = stackalloc byte[_size];
        Span<byte> other = stackalloc byte[_size];
        var p = GC.AllocateArray<byte>(secret.Length, pinned: true);
        Span<byte> s = stackalloc byte[salt.Length];
        try
        {
            // 4-8: B.
            hash.AppendData(secret);
            hash.AppendData(salt);
            hash.AppendData(secret);
            hash.GetHashAndReset(other);

            // 1-3, 9-12: A.
            hash.AppendData(secret);
            hash.AppendData(salt);
            AppendRepeated(hash, other, secret.Length);
            for (var bits = secret.Length; bits > 0; bits >>= 1)
                hash.AppendData((bits & 1) != 0 ? other : secret);
            hash.GetHashAndReset(digest);

            // 13-16: DP and P.
            for (var i = 0; i < secret.Length; i++)
                hash.AppendData(secret);
            hash.GetHashAndReset(other);
            Repeat(other, p);

            // 17-20: DS and S.
            for (var i = 0; i < 16 + digest[0]; i++)
                hash.AppendData(salt);
            hash.GetHashAndReset(other);
            Repeat(other, s);

            // 21: C, over and over.
            for (var round = 0; round < rounds; round++)
            {
                hash.AppendData((round & 1) != 0 ? p : digest);
                if (round % 3 != 0)
                    hash.AppendData(s);
                if (round % 7 != 0)
                    hash.AppendData(p);
                hash.AppendData((round & 1) != 0 ? digest : p);
                hash.GetHashAndReset(digest);
            }

            // 22.
            Write(digest, text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(p);
            CryptographicOperations.ZeroMemory(other);
            CryptographicOperations.ZeroMemory(digest);
        }
    }

    static void AppendRepeated(IncrementalHash hash, ReadOnlySpan<byte> digest, int length)
    {
        for (; length > digest.Length; length -= digest.Length)
            hash.AppendData(digest);
        hash.AppendData(digest[..length]);
    }

    static void Repeat(ReadOnlySpan<byte> digest, Span<byte> target)
    {
        for (; target.Length > digest.Length; target = target[digest.Length..])
            digest.CopyTo(target);
        digest[..target.Length].CopyTo(target);
    }

    /// <summary>Three octets become four letters, in an order of the scheme's own: thirds of the digest side by side, turned once a step.</summary>
    static void Write(ReadOnlySpan<byte> digest, Span<byte> text)
    {
        var third = digest.Length / 3;
        // SHA-256 turns one way, SHA-512 the other.
        var turn = digest.Length == SHA256.HashSizeInBytes ? 2 : 1;
        for (var i = 0; i < third; i++)
        {
            var first = i * turn % 3;
            var (a, b, c) = (digest[i + (first * third)], digest[i + ((first + 1) % 3 * third)], digest[i + ((first + 2) % 3 * third)]);
            Letters((a << 16) | (b << 8) | c, text.Slice(i * 4, 4));
        }
        var left = digest[(third * 3)..];
        Letters(left.Length == 2 ? (left[1] << 8) | left[0] : left[0], text[(third * 4)..]);
    }

    static void Letters(int bits, Span<byte> text)
    {
        foreach (ref var letter in text)
        {
            letter = Alphabet[bits & 63];
            bits >>= 6;
        }
    }
}
