using System.Security.Cryptography;

namespace Posthouse.Gateway.Secrets;

/// <summary><c>{SSHA}</c>, <c>{SSHA256}</c>, <c>{SSHA512}</c>: base64 of a digest and its salt; <c>{SHA…}</c> has no salt.</summary>
sealed class DigestSecret : StoredSecret
{
    const int MostSalt = 64;
    readonly HashAlgorithmName _algorithm;
    readonly byte[] _digest, _salt;

    DigestSecret(HashAlgorithmName algorithm, byte[] digest, byte[] salt) => (_algorithm, _digest, _salt) = (algorithm, digest, salt);

    public override bool IsSlow => false;

    public static DigestSecret? TryRead(string scheme, ReadOnlySpan<char> text)
    {
        var isSalted = scheme.StartsWith("SSHA", StringComparison.Ordinal);
        var (algorithm, length) = scheme[(isSalted ? 1 : 0)..] switch
        {
            "SHA" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            "SHA256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            _ => (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
        };
        if (Base64Text.Decode(text) is not { } octets || octets.Length < length || octets.Length > length + MostSalt || (octets.Length > length) != isSalted)
            return null;
        return new DigestSecret(algorithm, octets[..length], octets[length..]);
    }

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        using var hash = IncrementalHash.CreateHash(_algorithm);
        hash.AppendData(secret);
        hash.AppendData(_salt);
        return CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), _digest);
    }
}
