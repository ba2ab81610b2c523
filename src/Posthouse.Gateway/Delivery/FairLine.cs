namespace Posthouse.Gateway.Delivery;

/// <summary>
/// A line in which each sender has one place at a time: whoever brings ten thousand messages waits behind himself, not others behind him. Among those of one
/// sender it is first come, first served. Not safe for concurrent use.
/// </summary>
sealed class FairLine
{
    // Each sender that waits stands once in _turns.
    readonly Dictionary<string, Queue<DueMessage>> _bySender = new(StringComparer.OrdinalIgnoreCase);
    readonly Queue<string> _turns = new();

    /// <summary>Messages in it.</summary>
    internal int Count { get; private set; }

    /// <summary>All of them, in no order.</summary>
    internal IEnumerable<DueMessage> All => _bySender.Values.SelectMany(static own => own);

    internal void Enqueue(DueMessage message)
    {
        Count++;
        if (!_bySender.TryGetValue(message.Sender, out var own))
        {
            _bySender[message.Sender] = own = new Queue<DueMessage>(1);
            _turns.Enqueue(message.Sender);
        }
        own.Enqueue(message);
    }

    /// <summary>The next one; null = there is none.</summary>
    internal DueMessage? Dequeue()
    {
        if (!_turns.TryDequeue(out var sender))
            return null;
        Count--;
        var own = _bySender[sender];
        var message = own.Dequeue();
        if (own.Count > 0)
            _turns.Enqueue(sender);
        else
            _bySender.Remove(sender);
        return message;
    }

    /// <summary>All of it, in turn, which leaves it empty.</summary>
    internal IReadOnlyList<DueMessage> TakeAll()
    {
        List<DueMessage> all = new(Count);
        while (Dequeue() is { } message)
            all.Add(message);
        return all;
    }
}
