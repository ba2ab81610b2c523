using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Posthouse.Sandbox;

/// <summary>
/// What a server saw: counts, and the dialogues of late. Thread-safe. A count stands before the reply that it belongs to is
/// sent.
/// </summary>
public sealed class SandboxJournal(TimeProvider timeProvider)
{
    // A client must not be able to fill memory with words of its own.
    const int MaxVerbs = 256;

    readonly Lock _lock = new();
    readonly Queue<SandboxEntry> _entries = [];
    readonly ConcurrentDictionary<string, StrongBox<int>> _verbs = new(StringComparer.OrdinalIgnoreCase);
    readonly List<(Func<bool> Condition, TaskCompletionSource Reached)> _waiters = [];
    volatile int _waiterCount;
    long _connections;
    long _open;
    long _peak;
    long _messages;

    public event Action<SandboxEntry>? Recorded;

    /// <summary>How many entries are kept, the latest ones; 0 writes none, which is for a bench.</summary>
    public int Capacity { get; set; } = 10_000;

    public long Connections => Interlocked.Read(ref _connections);

    public long OpenConnections => Interlocked.Read(ref _open);

    public long PeakConnections => Interlocked.Read(ref _peak);

    /// <summary>Messages taken; one for many recipients counts once.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    public IReadOnlyList<SandboxEntry> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    internal bool IsWriting => Capacity > 0 || Recorded is not null;

    /// <summary>How often a command came, e.g. <c>RCPT</c> or <c>LOGIN</c>, well-formed or not.</summary>
    public int Count(string verb) => _verbs.TryGetValue(verb, out var count) ? Volatile.Read(ref count.Value) : 0;

    public Task WaitForMessagesAsync(long count, CancellationToken cancellationToken = default) =>
        WaitAsync(() => Messages >= count, cancellationToken);

    /// <summary>Waits until the condition holds; it is asked anew whenever something was recorded, and must be quick.</summary>
    public async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken = default)
    {
        var waiter = (condition, Reached: new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _waiters.Add(waiter);
            _waiterCount = _waiters.Count;
        }
        // What happened in between had nobody to wake.
        Interlocked.MemoryBarrier();
        WakeWaiters();
        try
        {
            await waiter.Reached.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _waiters.Remove(waiter);
                _waiterCount = _waiters.Count;
            }
        }
    }

    /// <summary>Forgets counts and entries; connections that are open stay counted as open.</summary>
    public void Clear()
    {
        lock (_lock)
            _entries.Clear();
        _verbs.Clear();
        Interlocked.Exchange(ref _connections, 0);
        Interlocked.Exchange(ref _messages, 0);
        Interlocked.Exchange(ref _peak, Interlocked.Read(ref _open));
    }

    internal void Opened()
    {
        Interlocked.Increment(ref _connections);
        var open = Interlocked.Increment(ref _open);
        long peak;
        while ((peak = Interlocked.Read(ref _peak)) < open && Interlocked.CompareExchange(ref _peak, open, peak) != peak)
        {
        }
        WakeWaiters();
    }

    internal void Closed()
    {
        Interlocked.Decrement(ref _open);
        WakeWaiters();
    }

    internal void Took()
    {
        Interlocked.Increment(ref _messages);
        WakeWaiters();
    }

    internal void Saw(string verb)
    {
        if (!_verbs.TryGetValue(verb, out var count))
        {
            if (_verbs.Count >= MaxVerbs)
                return;
            count = _verbs.GetOrAdd(verb, static _ => new StrongBox<int>());
        }
        Interlocked.Increment(ref count.Value);
        WakeWaiters();
    }

    internal void Write(long connectionId, SandboxDirection direction, string text, SandboxClient? client)
    {
        var entry = new SandboxEntry(timeProvider.GetUtcNow(), connectionId, direction, text) { Client = client };
        lock (_lock)
        {
            _entries.Enqueue(entry);
            while (_entries.Count > Capacity)
                _entries.Dequeue();
        }
        Recorded?.Invoke(entry);
        WakeWaiters();
    }

    void WakeWaiters()
    {
        if (_waiterCount == 0)
            return;
        lock (_lock)
        {
            foreach (var (condition, reached) in _waiters)
            {
                if (condition())
                    reached.TrySetResult();
            }
        }
    }
}
