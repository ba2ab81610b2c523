using System.Numerics;

namespace Posthouse.Gateway.Lists;

/// <summary>
/// Finds entries by their key: a table of places with open addressing, at most two thirds full. Who may ask cannot add, so no client
/// can make it slow.
/// </summary>
sealed class EntryTable
{
    readonly EntryPages _pages;

    // A place and one; 0 = free.
    readonly uint[] _slots;

    /// <param name="pages">The entries; nobody adds any more.</param>
    /// <param name="mostOfOneKey">How many may share a key; those beyond are left out.</param>
    public EntryTable(EntryPages pages, int mostOfOneKey)
    {
        _pages = pages;
        _slots = new uint[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, pages.Count + (pages.Count / 2) + 1))];
        foreach (var place in pages.Places())
        {
            if (TryInsert(place, mostOfOneKey))
                Count++;
            else
                LeftOut = true;
        }
    }

    /// <summary>Entries that can be found.</summary>
    public int Count { get; }

    /// <summary>Whether more shared a key than may.</summary>
    public bool LeftOut { get; }

    public bool Contains(ReadOnlySpan<byte> key) => Find(key, after: null) is not null;

    /// <summary>The slot of the first entry with this key, or of the next one behind another slot; null = there is no more.</summary>
    public int? Find(ReadOnlySpan<byte> key, int? after)
    {
        for (var slot = after is { } last ? Next(last) : First(key); _slots[slot] != 0; slot = Next(slot))
        {
            if (_pages.KeyAt(_slots[slot] - 1).SequenceEqual(key))
                return slot;
        }
        return null;
    }

    public ReadOnlySpan<byte> ValueAt(int slot) => _pages.ValueAt(_slots[slot] - 1);

    bool TryInsert(uint place, int mostOfOneKey)
    {
        var key = _pages.KeyAt(place);
        var slot = First(key);
        for (var same = 0; _slots[slot] != 0; slot = Next(slot))
        {
            if (_pages.KeyAt(_slots[slot] - 1).SequenceEqual(key) && ++same == mostOfOneKey)
                return false;
        }
        _slots[slot] = place + 1;
        return true;
    }

    int First(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode() & (_slots.Length - 1);
    }

    int Next(int slot) => (slot + 1) & (_slots.Length - 1);
}
