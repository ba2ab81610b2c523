using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Posthouse.Wire.Sasl;

namespace Posthouse.Remotes.Caching;

/// <summary>
/// Digests logins under a random key that lives in this process alone. Fields are length-prefixed, and the host's name, the user and
/// the kind of secret are among them: two users with one password, one user at two hosts, or a password that is said as a token
/// share nothing (CVE-2007-6598, CVE-2025-30189). Where the host is told of clients it may say yes to one network alone, so the address is as well.
/// </summary>
sealed class LoginDigests(string hostId)
{
    // The longest password that is asked of a host, and its name.
    const int MaxOnStack = 640;

    static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    // Making one costs more than using it. What it has hashed is overwritten by its key when the digest is taken.
    [ThreadStatic]
    static IncrementalHash? _hash;

    readonly byte[] _host = Encoding.UTF8.GetBytes(hostId);

    /// <param name="credentials">What is said.</param>
    /// <param name="client">From where, if the host will hear it.</param>
    public Digest Of(Credentials credentials, IPAddress? client = null)
    {
        var secret = credentials.Secret;
        Span<byte> address = stackalloc byte[16];
        if (client is null || !client.TryWriteBytes(address, out var octets))
            octets = 0;
        var before = 1 + 4 * sizeof(int) + _host.Length + octets + Encoding.UTF8.GetByteCount(credentials.UserName);
        // One piece, since each costs a call into the crypto library; a token is too long to be copied for that.
        var isOnePiece = before + secret.Length <= MaxOnStack;
        Span<byte> fields = before <= MaxOnStack ? stackalloc byte[MaxOnStack] : new byte[before];
        Span<byte> digest = stackalloc byte[32];
        try
        {
            fields[0] = (byte)credentials.Kind;
            var rest = Append(fields[1..], _host);
            rest = Append(rest, address[..octets]);
            rest = Append(rest, credentials.UserName);
            BinaryPrimitives.WriteInt32LittleEndian(rest, secret.Length);
            var hash = _hash ??= IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key);
            if (isOnePiece)
            {
                secret.CopyTo(fields[before..]);
                hash.AppendData(fields[..(before + secret.Length)]);
            }
            else
            {
                hash.AppendData(fields[..before]);
                hash.AppendData(secret);
            }
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
