namespace Posthouse.Remotes.Pooling;

/// <summary>
/// The slots for connections to one host, and the lock over them. Pools of one host share them while a reload drains the one and the
/// other opens, so that <c>concurrency</c> holds for both together. All members but the lock are used under it.
/// </summary>
sealed class ConnectionSlots
{
    readonly List<Action> _pools = [];

    public Lock Gate { get; } = new();

    /// <summary>Slots in use, whichever pool holds them.</summary>
    public int Taken { get; private set; }

    /// <summary>Slots of connections that are ready or at work, whichever pool holds them.</summary>
    public int Standing { get; private set; }

    public void Stand() => Standing++;

    public void Fall() => Standing--;

    public void Take() => Taken++;

    public void Release() => Taken--;

    /// <param name="serve">Called when another pool has changed something.</param>
    public void Join(Action serve) => _pools.Add(serve);

    public void Leave(Action serve) => _pools.Remove(serve);

    /// <summary>Lets the other pools see what has come free.</summary>
    public void TellOthers(Action self)
    {
        // Backwards, since a pool may leave while it is told.
        for (var i = _pools.Count - 1; i >= 0; i--)
        {
            if (_pools[i] != self)
                _pools[i]();
        }
    }
}
