using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Gateway.Secrets;

/// <summary>
/// PBKDF2 (RFC 8018): Dovecot's <c>{PBKDF2}$1$salt$rounds$hex</c>, with SHA-1 and the salt as it is written, and OpenLDAP's
/// <c>{PBKDF2-SHA512}rounds$salt$hash</c> in base64 with <c>.</c> for <c>+</c>.
/// </summary>
sealed class Pbkdf2Secret : StoredSecret
{
    const int MostRounds = 10_000_000;
    readonly HashAlgorithmName _algorithm;
    readonly int _rounds;
    readonly byte[] _salt, _hash;

    Pbkdf2Secret(HashAlgorithmName algorithm, int rounds, byte[] salt, byte[] hash) =>
        (_algorithm, _rounds, _salt, _hash) = (algorithm, rounds, salt, hash);

    public static Pbkdf2Secret? TryRead(string scheme, ReadOnlySpan<char> text) =>
        text.StartsWith("$1$") && scheme == "PBKDF2" ? TryReadDovecot(text) : TryReadLdap(scheme, text);

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        Span<byte> derived = stackalloc byte[_hash.Length];
        Rfc2898DeriveBytes.Pbkdf2(secret, _salt, derived, _rounds, _algorithm);
        return CryptographicOperations.FixedTimeEquals(derived, _hash);
    }

    static Pbkdf2Secret? TryReadDovecot(ReadOnlySpan<char> text)
    {
        // "", 1, salt, rounds, hash
        var parts = text.ToString().Split('$');
        if (parts.Length != 5 || parts[2].Length == 0 || !TryRounds(parts[3], out var rounds) || parts[4].Length != SHA1.HashSizeInBytes * 2)
            return null;
        var hash = new byte[SHA1.HashSizeInBytes];
        return Convert.FromHexString(parts[4], hash, out _, out _) == System.Buffers.OperationStatus.Done
            ? new Pbkdf2Secret(HashAlgorithmName.SHA1, rounds, Encoding.UTF8.GetBytes(parts[2]), hash)
            : null;
    }

    static Pbkdf2Secret? TryReadLdap(string scheme, ReadOnlySpan<char> text)
    {
        var parts = text.ToString().Replace('.', '+').Split('$');
        if (parts.Length != 3 || !TryRounds(parts[0], out var rounds) || Base64Text.Decode(parts[1]) is not { } salt || Base64Text.Decode(parts[2]) is not { } hash)
            return null;
        var (algorithm, length) = scheme switch
        {
            "PBKDF2-SHA256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            "PBKDF2-SHA512" => (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
            _ => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
        };
        return hash.Length == length ? new Pbkdf2Secret(algorithm, rounds, salt, hash) : null;
    }

    static bool TryRounds(string text, out int rounds) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rounds) && rounds is >= 1 and <= MostRounds;
}
