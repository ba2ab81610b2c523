using Posthouse.Remotes.Answers;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// How many waiters of a shelf begin no connect: one failed, and they wait for the connections that are up or coming, since a host that has
/// just refused one connection is not to be asked for as many as there are waiters. The failure is kept for the text of a wait in vain.
/// </summary>
sealed class Refusals
{
    readonly int[] _covered = new int[Shelves.Count];
    readonly HostUnavailableException?[] _latest = new HostUnavailableException?[Shelves.Count];

    public int Covered(int shelf) => _covered[shelf];

    public HostUnavailableException? LatestOn(int shelf) => _latest[shelf];

    public void Cover(int shelf, int waiters, HostUnavailableException failure)
    {
        _covered[shelf] = Math.Max(0, waiters);
        _latest[shelf] = failure;
    }

    /// <summary>A connection went and leaves room for another.</summary>
    public void Uncover(int shelf) => _covered[shelf] = Math.Max(0, _covered[shelf] - 1);

    public void Limit(int shelf, int waiters) => _covered[shelf] = Math.Min(_covered[shelf], waiters);

    /// <summary>A connect has worked.</summary>
    public void Forget(int shelf) => _latest[shelf] = null;
}
