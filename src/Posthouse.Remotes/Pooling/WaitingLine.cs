using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Pooling;

/// <summary>
/// Who is next. Within a class, first come, first served. Between classes: with five connections or more each class has a fifth of
/// them for certain while it waits, and beyond that logins go before checks and checks before relay; with fewer, the classes
/// take turns. So none can starve another. Guarded by the pool's lock.
/// </summary>
sealed class WaitingLine<T>(int concurrency)
    where T : HostConnection
{
    readonly LinkedList<Waiter<T>>[] _lines = [new(), new(), new()];
    readonly int[] _busy = new int[3];
    readonly int _reserve = concurrency / 5;
    int _lastServed = 2;

    public int Count => _lines[0].Count + _lines[1].Count + _lines[2].Count;

    public int CountOf(RequestClass requestClass) => _lines[(int)requestClass].Count;

    public int BusyCount => _busy[0] + _busy[1] + _busy[2];

    /// <summary>The number of whoever came last.</summary>
    public long LatestNumber { get; private set; }

    public LinkedListNode<Waiter<T>> Add(RequestClass requestClass) =>
        _lines[(int)requestClass].AddLast(new Waiter<T>(requestClass, ++LatestNumber));

    /// <summary>False: it was served or failed already.</summary>
    public static bool Remove(LinkedListNode<Waiter<T>> place)
    {
        if (place.List is null)
            return false;
        place.List.Remove(place);
        return true;
    }

    /// <summary>The class whose turn it is, of those that have a waiter and can be helped now; null for none.</summary>
    public RequestClass? Next(Func<RequestClass, bool> canBeHelped)
    {
        for (var i = 0; i < 3; i++)
        {
            // Below five connections nothing is reserved and the turn goes round; else this is the order of urgency.
            var turn = _reserve == 0 ? (_lastServed + 1 + i) % 3 : i;
            if (_lines[turn].Count > 0 && (_reserve == 0 || _busy[turn] < _reserve) && canBeHelped((RequestClass)turn))
                return (RequestClass)turn;
        }
        for (var i = 0; i < 3 && _reserve > 0; i++)
        {
            if (_lines[i].Count > 0 && canBeHelped((RequestClass)i))
                return (RequestClass)i;
        }
        return null;
    }

    /// <summary>Takes the first of a class, who becomes busy.</summary>
    public Waiter<T> Take(RequestClass requestClass)
    {
        var first = _lines[(int)requestClass].First!.Value;
        _lines[(int)requestClass].RemoveFirst();
        Begin(requestClass);
        return first;
    }

    public void Release(RequestClass requestClass) => _busy[(int)requestClass]--;

    /// <summary>Somebody of a class became busy without having waited.</summary>
    public void Begin(RequestClass requestClass)
    {
        _busy[(int)requestClass]++;
        _lastServed = (int)requestClass;
    }

    /// <summary>
    /// Fails the waiters of a class up to a number; at most <paramref name="most"/>. Each gets an exception of its own, since
    /// each throws it.
    /// </summary>
    public void Fail(RequestClass requestClass, long upTo, int most, HostUnavailableException failure)
    {
        var line = _lines[(int)requestClass];
        for (var failed = 0; failed < most && line.First is { } first && first.Value.Number <= upTo; failed++)
        {
            line.RemoveFirst();
            first.Value.Fail(new HostUnavailableException(failure.Message, failure.Blame, failure.Reply, failure) { IsUntried = failure.IsUntried });
        }
    }
}
