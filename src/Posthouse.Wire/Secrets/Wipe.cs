using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Posthouse.Wire.Secrets;

/// <summary>Wipes octets that may be a secret in memory that others own.</summary>
public static class Wipe
{
    const int Tries = 4;

    /// <summary>Wipes what a reader lent, before it is given back.</summary>
    public static void Octets(in ReadOnlySequence<byte> octets)
    {
        foreach (var segment in octets)
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(segment).Span);
    }

    /// <summary>
    /// Wipes an array that somebody has given back to <see cref="ArrayPool{T}.Shared"/>: it is taken out once more, told from others by its
    /// identity, and returned. The pool hands out first what the same thread gave back last, so it is nearly always the first one.
    /// </summary>
    /// <param name="array">The array.</param>
    /// <param name="isLikely">Whether to look further than at the first one.</param>
    /// <returns>False: it was not met, since it is in use or others lie on top of it.</returns>
    public static bool Returned(byte[] array, bool isLikely = true)
    {
        ArgumentNullException.ThrowIfNull(array);
        var first = ArrayPool<byte>.Shared.Rent(array.Length);
        var isWiped = TryWipe(first, array) || (isLikely && TryOthers(array));
        ArrayPool<byte>.Shared.Return(first);
        return isWiped;
    }

    static bool TryOthers(byte[] array)
    {
        var others = new byte[Tries][];
        var taken = 0;
        var isFound = false;
        while (taken < Tries && !isFound)
        {
            others[taken] = ArrayPool<byte>.Shared.Rent(array.Length);
            isFound = TryWipe(others[taken++], array);
        }
        while (taken > 0)
            ArrayPool<byte>.Shared.Return(others[--taken]);
        return isFound;
    }

    static bool TryWipe(byte[] rented, byte[] wanted)
    {
        if (!ReferenceEquals(rented, wanted))
            return false;
        CryptographicOperations.ZeroMemory(rented);
        return true;
    }
}
