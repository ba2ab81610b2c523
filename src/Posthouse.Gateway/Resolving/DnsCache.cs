namespace Posthouse.Gateway.Resolving;

/// <summary>
/// Answers to one type of question, each as long as it lives, the least recently used given up for newer ones. What several ask at once is
/// asked once, and goes on when one of them gives up. Safe for concurrent use.
/// </summary>
/// <param name="ask">Asks; never throws.</param>
/// <param name="time">Monotonic.</param>
sealed class DnsCache<T>(Func<string, Task<DnsAnswer<T>>> ask, TimeProvider time)
{
    internal const int Capacity = 4096;

    readonly Lock _gate = new();
    readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    readonly LinkedList<Entry> _byUse = new();

    public Task<DnsAnswer<T>> FindAsync(string name, CancellationToken cancellationToken)
    {
        Entry? fresh = null;
        Task<DnsAnswer<T>> answer;
        lock (_gate)
        {
            if (_entries.TryGetValue(name, out var node) && !node.Value.HasExpired(time))
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
                answer = node.Value.Answer;
            }
            else
            {
                if (node is not null)
                    Remove(node);
                else if (_entries.Count == Capacity)
                    Remove(_byUse.First!);
                fresh = new Entry(name);
                _entries.Add(name, _byUse.AddLast(fresh));
                answer = fresh.Answer;
            }
        }
        // Outside the lock, since asking may run as far as it likes.
        if (fresh is not null)
            _ = AskAsync(fresh);
        return answer.WaitAsync(cancellationToken);
    }

    async Task AskAsync(Entry entry)
    {
        var answer = await ask(entry.Name);
        lock (_gate)
            entry.End(answer, time.GetTimestamp());
    }

    void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Name);
    }

    sealed class Entry(string name)
    {
        readonly TaskCompletionSource<DnsAnswer<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long _since;

        public string Name => name;

        public Task<DnsAnswer<T>> Answer => _answer.Task;

        public bool HasExpired(TimeProvider time) => Answer.IsCompleted && time.GetElapsedTime(_since) >= Answer.Result.Life;

        public void End(DnsAnswer<T> answer, long now)
        {
            _since = now;
            _answer.SetResult(answer);
        }
    }
}
