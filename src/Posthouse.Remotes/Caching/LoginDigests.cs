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
    // The longest that is asked of a host, and its name.
    const int MaxOnStack = 640;

    static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    // Making one costs more than using it. What it has hashed is overwritten by its key when the digest is taken.
    [ThreadStatic]
    static IncrementalHash? _hash;

    readonly byte[] _host = Encoding.UTF8.GetBytes(hostId);

    public Digest Of(Credentials credentials)
    {
        var length = 3 * sizeof(int) + _host.Length + Encoding.UTF8.GetByteCount(credentials.UserName) + credentials.Secret.Length;
        // One piece, since each costs a call into the crypto library.
        Span<byte> fields = length <= MaxOnStack ? stackalloc byte[MaxOnStack] : new byte[length];
        Span<byte> digest = stackalloc byte[32];
        try
        {
            var rest = Append(fields, _host);
            rest = Append(rest, credentials.UserName);
            Append(rest, credentials.Secret);
            var hash = _hash ??= IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key);
            hash.AppendData(fields[..length]);
            hash.GetHashAndReset(digest);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(fields);
        }
        return Digest.Read(digest);
    }

    static Span<byte> Append(Span<byte> fields, ReadOnlySpan<byte> field)
    {
        BinaryPrimitives.WriteInt32LittleEndian(fields, field.Length);
        field.CopyTo(fields[sizeof(int)..]);
        return fields[(sizeof(int) + field.Length)..];
    }

    static Span<byte> Append(Span<byte> fields, string field)
    {
        var length = Encoding.UTF8.GetBytes(field, fields[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(fields, length);
        return fields[(sizeof(int) + length)..];
    }
}
