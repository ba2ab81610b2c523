using System.Buffers.Binary;

namespace Posthouse.Gateway.Lists;

/// <summary>
/// Keys with their values, one behind the other in pages of a mebibyte: the length of the key, the key, the length of the value, the
/// value. A million of them are a few dozen objects to the collector.
/// </summary>
sealed class EntryPages
{
    const int PageBits = 20;
    const int SmallestPage = 256;
    readonly List<byte[]> _pages = [];
    int _filled;

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var length = key.Length + value.Length + (2 * sizeof(ushort));
        var room = Room(length);
        Put(ref room, key);
        Put(ref room, value);
        _filled += length;
        Count++;
    }

    /// <summary>Where the entries stand, in the order in which they came.</summary>
    public IEnumerable<uint> Places()
    {
        for (var page = 0; page < _pages.Count; page++)
        {
            var end = page == _pages.Count - 1 ? _filled : _pages[page].Length;
            for (var offset = 0; offset < end && (page == _pages.Count - 1 || !IsEnd(page, offset)); offset += LengthAt(page, offset))
                yield return (uint)((page << PageBits) | offset);
        }
    }

    public ReadOnlySpan<byte> KeyAt(uint place) => Field(At(place), out _);

    public ReadOnlySpan<byte> ValueAt(uint place)
    {
        var entry = At(place);
        Field(entry, out var behind);
        return Field(entry[behind..], out _);
    }

    /// <summary>Cuts off what the last page has too much.</summary>
    public void Trim()
    {
        if (_pages.Count == 0)
            return;
        var last = _pages[^1];
        Array.Resize(ref last, _filled);
        _pages[^1] = last;
    }

    ReadOnlySpan<byte> At(uint place) => _pages[(int)(place >> PageBits)].AsSpan((int)(place & ((1 << PageBits) - 1)));

    /// <summary>No key is empty, so a length of 0 ends a page that had no room for the next entry.</summary>
    bool IsEnd(int page, int offset) =>
        offset + sizeof(ushort) > _pages[page].Length || BinaryPrimitives.ReadUInt16LittleEndian(_pages[page].AsSpan(offset)) == 0;

    int LengthAt(int page, int offset)
    {
        ReadOnlySpan<byte> entry = _pages[page].AsSpan(offset);
        Field(entry, out var behind);
        Field(entry[behind..], out var end);
        return behind + end;
    }

    Span<byte> Room(int length)
    {
        var page = _pages.Count > 0 ? _pages[^1] : null;
        if (page is not null && _filled + length <= page.Length)
            return page.AsSpan(_filled, length);
        if (page is not null && _filled + length <= 1 << PageBits)
        {
            Array.Resize(ref page, Math.Min(1 << PageBits, Math.Max(page.Length * 2, _filled + length)));
            _pages[^1] = page;
            return page.AsSpan(_filled, length);
        }
        // Only the first is small: who fills one page will fill more.
        _pages.Add(page = new byte[page is null ? Math.Max(SmallestPage, length) : 1 << PageBits]);
        _filled = 0;
        return page.AsSpan(0, length);
    }

    static void Put(ref Span<byte> room, ReadOnlySpan<byte> field)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)field.Length);
        field.CopyTo(room[sizeof(ushort)..]);
        room = room[(sizeof(ushort) + field.Length)..];
    }

    static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> entry, out int behind)
    {
        behind = sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(entry);
        return entry[sizeof(ushort)..behind];
    }
}
