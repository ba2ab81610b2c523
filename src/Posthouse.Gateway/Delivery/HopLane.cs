namespace Posthouse.Gateway.Delivery;

/// <summary>
/// What waits for one hop (or for its route), first come first served, and the workers that take it there: as many as the hop takes at
/// once, each ending when nothing waits. A lane knows no other lane, so a dead hop holds up its own mail only.
/// </summary>
sealed class HopLane(Func<DueMessage, Task> attempt)
{
    // What a long lane holds stays on disk: this many messages of at most one chunk each are kept in memory.
    const int Warm = 128;

    readonly Lock _gate = new();
    readonly Queue<DueMessage> _waiting = new();
    readonly HashSet<Task> _workers = [];
    bool _stopped;

    internal void Add(DueMessage message, int concurrency)
    {
        lock (_gate)
        {
            if (_stopped)
                return;
            _waiting.Enqueue(_waiting.Count < Warm ? message : message with { Message = null });
            if (_workers.Count < Math.Max(1, concurrency))
                StartWorker();
        }
    }

    /// <summary>Drops what waits (it stays in the store) and tells when the last attempt has ended.</summary>
    internal Task StopAsync()
    {
        lock (_gate)
        {
            _stopped = true;
            _waiting.Clear();
            return Task.WhenAll(_workers);
        }
    }

    void StartWorker()
    {
        var ended = new TaskCompletionSource();
        _workers.Add(ended.Task);
        _ = Task.Run(async () =>
        {
            try
            {
                while (Take(ended.Task) is { } message)
                    await attempt(message);
            }
            finally
            {
                ended.SetResult();
            }
        });
    }

    /// <summary>The next message; none lets the worker go, in the same step, so that no message is left without one.</summary>
    DueMessage? Take(Task worker)
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var message))
                return message;
            if (!_stopped)
                _workers.Remove(worker);
            return null;
        }
    }
}
