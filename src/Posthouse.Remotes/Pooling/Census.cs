using System.Diagnostics;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// Where a pool's connections are, each in one of these: coming (being made for whoever is first), replacing (being made for one request),
/// established (idle, busy or being tidied) by shelf, or closing. Used under the pool's lock.
/// </summary>
sealed class Census(ConnectionSlots slots)
{
    readonly int[] _coming = new int[Shelves.Count];
    readonly int[] _established = new int[Shelves.Count];

    public int Replacing { get; private set; }

    public int Tidying { get; set; }

    public int Closing { get; private set; }

    public int Coming => _coming.Sum();

    public int Established => _established.Sum();

    public int Total => Coming + Replacing + Established + Closing;

    public int ComingTo(int shelf) => _coming[shelf];

    public int EstablishedOn(int shelf) => _established[shelf];

    /// <summary>A connection for whoever comes first begins, in a slot of its own or in that of a connection that leaves for it.</summary>
    public void BeginComing(int shelf, int? insteadOf)
    {
        MakeRoom(insteadOf);
        _coming[shelf]++;
    }

    public void EndComing(int shelf, bool isUp)
    {
        _coming[shelf]--;
        End(shelf, isUp);
    }

    /// <summary>A slot goes to one request, which makes its own connection in it.</summary>
    public void BeginReplacing(int? insteadOf)
    {
        MakeRoom(insteadOf);
        Replacing++;
    }

    public void EndReplacing(int shelf, bool isUp)
    {
        Replacing--;
        End(shelf, isUp);
    }

    public void BeginClosing(int shelf)
    {
        Fall(shelf);
        Closing++;
    }

    public void EndClosing()
    {
        Closing--;
        slots.Release();
    }

    [Conditional("DEBUG")]
    public void Check(int concurrency, int busy, int idle)
    {
        Debug.Assert(slots.Taken <= concurrency || Total < slots.Taken, "more connections than concurrency allows");
        Debug.Assert(Replacing >= 0 && Closing >= 0 && Tidying >= 0 && _coming.Min() >= 0 && _established.Min() >= 0, "a connection was counted out twice");
        Debug.Assert(busy == Established - idle - Tidying + Replacing, "a connection is in nobody's hands");
    }

    void MakeRoom(int? insteadOf)
    {
        if (insteadOf is { } shelf)
            Fall(shelf);
        else
            slots.Take();
    }

    void Fall(int shelf)
    {
        _established[shelf]--;
        slots.Fall();
    }

    void End(int shelf, bool isUp)
    {
        if (!isUp)
        {
            slots.Release();
            return;
        }
        _established[shelf]++;
        slots.Stand();
    }
}
