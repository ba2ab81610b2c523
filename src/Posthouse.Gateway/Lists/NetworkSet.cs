using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Lists;

/// <summary>
/// Addresses and networks: each is an entry whose key is its prefix' length and what the prefix leaves of it. A question costs one look for
/// each length that occurs, however many networks there are.
/// </summary>
sealed class NetworkSet
{
    const int KeySize = 1 + 16;
    readonly EntryPages _pages = new();

    // With the octets of the family.
    readonly List<(int Octets, int Prefix)> _prefixes = [];
    EntryTable? _table;

    /// <summary>Networks that can be found.</summary>
    public int Count => _table?.Count ?? 0;

    /// <summary>False where the text is neither an address nor a network. Nothing is added behind <see cref="Seal"/>.</summary>
    public bool TryAdd(ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[16];
        if (!AddressMask.TryParse(text, octets, out var length, out var prefix))
            return false;
        if (length == 16 && prefix >= 96 && IsMapped(octets))
        {
            octets[12..].CopyTo(octets);
            (length, prefix) = (4, prefix - 96);
        }
        if (!_prefixes.Contains((length, prefix)))
            _prefixes.Add((length, prefix));
        Span<byte> key = stackalloc byte[KeySize];
        _pages.Add(Key(octets[..length], prefix, key), []);
        return true;
    }

    /// <summary>Makes what was added known.</summary>
    public void Seal()
    {
        _pages.Trim();
        _table = new EntryTable(_pages, 1);
    }

    /// <summary>Whether the text is an address that lies in one of them.</summary>
    public bool Contains(ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[16];
        if (_table is null || _prefixes.Count == 0 || !AddressText.TryParse(text, octets, out var length))
            return false;
        Span<byte> key = stackalloc byte[KeySize];
        foreach (var (family, prefix) in _prefixes)
        {
            if (family == length && _table.Contains(Key(octets[..length], prefix, key)))
                return true;
        }
        return false;
    }

    /// <summary>The bits that count, the others 0. The two families differ in length.</summary>
    static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> octets, int prefix, Span<byte> key)
    {
        key[0] = (byte)prefix;
        var bits = key.Slice(1, octets.Length);
        octets.CopyTo(bits);
        for (var i = 0; i < bits.Length; i++)
            bits[i] &= (byte)(0xff00 >> Math.Clamp(prefix - (i * 8), 0, 8));
        return key[..(1 + octets.Length)];
    }

    static bool IsMapped(ReadOnlySpan<byte> octets) => octets[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
}
