using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Caching;

/// <summary>
/// Digests logins under a random key that lives in this process alone. Fields are length-prefixed, and the host's name and the user
/// are among them: two users with one password, or one user at two hosts, share nothing (CVE-2007-6598, CVE-2025-30189).
/// </summary>
sealed class LoginDigests(string hostId)
{
    static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    // Making one costs more than using it. What it has hashed is overwritten by its key when the digest is taken.
    [ThreadStatic]
    static IncrementalHash? _hash;

    readonly byte[] _host = Encoding.UTF8.GetBytes(hostId);

    public Digest Of(Credentials credentials)
    {
        var hash = _hash ??= IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key);
        Append(hash, _host);
        Span<byte> room = stackalloc byte[512];
        var user = Encoding.UTF8.GetByteCount(credentials.UserName) is var length && length <= room.Length
            ? room[..Encoding.UTF8.GetBytes(credentials.UserName, room)]
            : Encoding.UTF8.GetBytes(credentials.UserName);
        Append(hash, user);
        Append(hash, credentials.Secret);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return Digest.Read(digest);
    }

    static void Append(IncrementalHash hash, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, field.Length);
        hash.AppendData(length);
        hash.AppendData(field);
    }
}
