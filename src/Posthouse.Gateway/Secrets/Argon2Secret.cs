using System.Globalization;
using System.Security.Cryptography;
using Konscious.Security.Cryptography;

namespace Posthouse.Gateway.Secrets;

/// <summary><c>$argon2id$v=19$m=…,t=…,p=…$salt$hash</c> (RFC 9106), and <c>$argon2i$</c>.</summary>
sealed class Argon2Secret : StoredSecret
{
    // In KiB. One check has all of it; what an operator's own tool wrote lies far below.
    const int MostMemory = 1024 * 1024;
    const int MostPasses = 64;
    const int MostLanes = 64;
    readonly bool _isHybrid;
    readonly int _memory, _passes, _lanes;
    readonly byte[] _salt, _hash;

    Argon2Secret(bool isHybrid, int memory, int passes, int lanes, byte[] salt, byte[] hash)
    {
        (_isHybrid, _memory, _passes, _lanes) = (isHybrid, memory, passes, lanes);
        (_salt, _hash) = (salt, hash);
    }

    public static Argon2Secret? TryRead(ReadOnlySpan<char> text)
    {
        // "", argon2id, v=19, m=…,t=…,p=…, salt, hash
        var parts = text.ToString().Split('$');
        if (parts.Length != 6 || parts[1] is not ("argon2id" or "argon2i") || parts[2] != "v=19")
            return null;
        var numbers = parts[3].Split(',');
        if (numbers.Length != 3
            || !TryNumber(numbers[0], "m=", MostMemory, out var memory)
            || !TryNumber(numbers[1], "t=", MostPasses, out var passes)
            || !TryNumber(numbers[2], "p=", MostLanes, out var lanes)
            || memory < 8 * lanes)
            return null;
        if (Base64Text.Decode(parts[4]) is not { Length: >= 8 } salt || Base64Text.Decode(parts[5]) is not { Length: >= 12 and <= 128 } hash)
            return null;
        return new Argon2Secret(parts[1] == "argon2id", memory, passes, lanes, salt, hash);
    }

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        // The library refuses an empty secret.
        if (secret.IsEmpty)
            return false;
        // It keeps the array that it is given, so that one is wiped.
        var octets = GC.AllocateUninitializedArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(octets);
        try
        {
            using Argon2 argon2 = _isHybrid ? new Argon2id(octets) : new Argon2i(octets);
            argon2.Salt = _salt;
            argon2.MemorySize = _memory;
            argon2.Iterations = _passes;
            argon2.DegreeOfParallelism = _lanes;
            return CryptographicOperations.FixedTimeEquals(argon2.GetBytes(_hash.Length), _hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    static bool TryNumber(string text, string name, int most, out int value)
    {
        value = 0;
        return text.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value >= 1 && value <= most;
    }
}
