namespace Posthouse.Remotes.Lookups;

/// <summary>
/// Checks in the order of their coming, each of which can be looked at, since every carrier goes by the patience of the first
/// it will carry.
/// </summary>
sealed class CheckQueue
{
    RecipientCheck?[] _ring = new RecipientCheck?[16];
    int _first;

    public int Count { get; private set; }

    public RecipientCheck this[int index] => _ring[(_first + index) & (_ring.Length - 1)]!;

    public void Enqueue(RecipientCheck check)
    {
        if (Count == _ring.Length)
            Grow();
        _ring[(_first + Count++) & (_ring.Length - 1)] = check;
    }

    public bool TryDequeue(out RecipientCheck check)
    {
        check = Count > 0 ? this[0] : null!;
        if (Count == 0)
            return false;
        _ring[_first] = null;
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
        return true;
    }

    void Grow()
    {
        // A power of two, so that places wrap by a mask.
        var ring = new RecipientCheck?[_ring.Length * 2];
        for (var i = 0; i < Count; i++)
            ring[i] = this[i];
        (_ring, _first) = (ring, 0);
    }
}
