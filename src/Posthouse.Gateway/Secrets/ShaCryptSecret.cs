using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Gateway.Secrets;

/// <summary><c>$5$</c> and <c>$6$</c>: SHA-crypt, as crypt(3) of Linux makes it; <c>$6$rounds=N$salt$hash</c>.</summary>
sealed class ShaCryptSecret : StoredSecret
{
    const string RoundsName = "rounds=";
    const int DefaultRounds = 5000;
    const int FewestRounds = 1000;

    // The scheme allows a hundred times as many, which would take minutes.
    const int MostRounds = 9_999_999;
    const int MostSalt = 16;

    // The work grows with its square.
    const int MostOctets = 1024;
    readonly ShaCrypt _crypt;
    readonly int _rounds;
    readonly byte[] _salt, _hash;

    ShaCryptSecret(ShaCrypt crypt, int rounds, byte[] salt, byte[] hash) => (_crypt, _rounds, _salt, _hash) = (crypt, rounds, salt, hash);

    public static ShaCryptSecret? TryRead(ReadOnlySpan<char> text)
    {
        var crypt = text[1] == '5' ? ShaCrypt.Sha256 : ShaCrypt.Sha512;
        // "", 5, rounds=… or nothing, salt, hash
        var parts = text.ToString().Split('$');
        var rounds = DefaultRounds;
        if (parts.Length == 5)
        {
            if (!parts[2].StartsWith(RoundsName, StringComparison.Ordinal)
                || !int.TryParse(parts[2].AsSpan(RoundsName.Length), NumberStyles.None, CultureInfo.InvariantCulture, out rounds)
                || rounds is < FewestRounds or > MostRounds)
                return null;
        }
        else if (parts.Length != 4)
        {
            return null;
        }
        var salt = Encoding.UTF8.GetBytes(parts[^2]);
        var hash = Encoding.UTF8.GetBytes(parts[^1]);
        return salt.Length > MostSalt || hash.Length != crypt.TextLength ? null : new ShaCryptSecret(crypt, rounds, salt, hash);
    }

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        if (secret.Length > MostOctets)
            return false;
        Span<byte> text = stackalloc byte[_crypt.TextLength];
        _crypt.Hash(secret, _salt, _rounds, text);
        return CryptographicOperations.FixedTimeEquals(text, _hash);
    }
}
