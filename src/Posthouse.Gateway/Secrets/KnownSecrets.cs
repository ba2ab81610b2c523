using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Posthouse.Gateway.Secrets;

/// <summary>
/// Who has shown a secret that a slow check took, so that the next login need not pay for it again: an HMAC of user and secret under a
/// key of this object alone. It lives and ends with the hashes that it stands for; when it is full it begins anew.
/// </summary>
sealed class KnownSecrets
{
    internal const int Most = 4096;

    readonly Lock _gate = new();
    readonly HashSet<UInt256> _known = [];
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public bool Contains(string user, ReadOnlySpan<byte> secret)
    {
        lock (_gate)
        {
            if (_known.Count == 0)
                return false;
        }
        var digest = Digest(user, secret);
        lock (_gate)
            return _known.Contains(digest);
    }

    public void Add(string user, ReadOnlySpan<byte> secret)
    {
        var digest = Digest(user, secret);
        lock (_gate)
        {
            if (_known.Count == Most)
                _known.Clear();
            _known.Add(digest);
        }
    }

    /// <summary>The length of the user is part of it: one user with another's name in front of the secret is not that other.</summary>
    UInt256 Digest(string user, ReadOnlySpan<byte> secret)
    {
        var length = Encoding.UTF8.GetByteCount(user);
        var fields = GC.AllocateUninitializedArray<byte>(sizeof(int) + length + secret.Length, pinned: true);
        MemoryMarshal.Write(fields, length);
        Encoding.UTF8.GetBytes(user, fields.AsSpan(sizeof(int)));
        secret.CopyTo(fields.AsSpan(sizeof(int) + length));
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, fields, digest);
        CryptographicOperations.ZeroMemory(fields);
        return MemoryMarshal.Read<UInt256>(digest);
    }

    readonly record struct UInt256(ulong A, ulong B, ulong C, ulong D);
}

/// <summary>A secret that is slow to check, of which it is remembered who has shown it.</summary>
sealed class RememberedSecret(StoredSecret hashed, string user, KnownSecrets known) : StoredSecret
{
    /// <summary>Whether this very secret has matched before.</summary>
    public bool Remembers(ReadOnlySpan<byte> secret) => known.Contains(user, secret);

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        if (!hashed.Matches(secret))
            return false;
        known.Add(user, secret);
        return true;
    }
}
