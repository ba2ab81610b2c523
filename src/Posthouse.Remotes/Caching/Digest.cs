using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Posthouse.Remotes.Caching;

/// <summary>32 octets of HMAC-SHA-256 by value.</summary>
readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
{
    public static Digest Read(ReadOnlySpan<byte> octets) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(octets),
        BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(octets[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(octets[24..]));

    /// <summary>Equality that takes as long for a near miss as for a far one.</summary>
    public bool Matches(Digest other)
    {
        Span<byte> mine = stackalloc byte[32];
        Span<byte> theirs = stackalloc byte[32];
        Write(mine);
        other.Write(theirs);
        return CryptographicOperations.FixedTimeEquals(mine, theirs);
    }

    /// <summary>Says nothing, so that no log shows what an entry was made from.</summary>
    public override string ToString() => "digest";

    void Write(Span<byte> octets)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(octets, A);
        BinaryPrimitives.WriteUInt64LittleEndian(octets[8..], B);
        BinaryPrimitives.WriteUInt64LittleEndian(octets[16..], C);
        BinaryPrimitives.WriteUInt64LittleEndian(octets[24..], D);
    }
}
