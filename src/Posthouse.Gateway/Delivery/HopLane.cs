using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// What waits for one hop (or for its route), in a line that is fair to senders, and the workers that take it there: as many as the hop takes at
/// once, each ending when nothing waits. A lane knows no other lane, so a dead hop holds up its own mail only.
/// </summary>
/// <param name="attempt">Takes a message there.</param>
/// <param name="warm">What lanes together keep in memory.</param>
/// <param name="logger">Where an attempt that breaks is told.</param>
/// <param name="emptied">Told when nothing waits and nobody works: the lane is over. Null = it waits for more.</param>
sealed class HopLane(Func<DueMessage, Task> attempt, WarmMessages warm, ILogger logger, Action<HopLane>? emptied = null)
{
    // What a long lane holds stays on disk: this many messages of at most one chunk each are kept in memory.
    const int Warm = 128;

    readonly Lock _gate = new();
    readonly FairLine _waiting = new();
    readonly HashSet<Task> _workers = [];
    bool _stopped;
    bool _isOver;

    /// <summary>False: the lane is over, and the message wants a new one.</summary>
    internal bool Add(DueMessage message, int concurrency)
    {
        lock (_gate)
        {
            if (_isOver)
                return false;
            if (_stopped)
                return true;
            _waiting.Enqueue(message.Message is null || (_waiting.Count < Warm && warm.TryKeep()) ? message : message with { Message = null });
            if (_workers.Count < Math.Max(1, concurrency))
                StartWorker();
            return true;
        }
    }

    /// <summary>What waits, for a look.</summary>
    internal IReadOnlyList<DueMessage> All()
    {
        lock (_gate)
            return [.. _waiting.All];
    }

    /// <summary>Takes out what waits, in turn; attempts that are under way go on.</summary>
    internal IReadOnlyList<DueMessage> TakeAll()
    {
        lock (_gate)
        {
            var all = _waiting.TakeAll();
            foreach (var _ in all.Where(static message => message.Message is not null))
                warm.Release();
            return all;
        }
    }

    /// <summary>Drops what waits (it stays in the store) and tells when the last attempt has ended.</summary>
    internal Task StopAsync()
    {
        lock (_gate)
        {
            _stopped = true;
            _waiting.TakeAll();
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
                    await AttemptAsync(message);
            }
            finally
            {
                ended.SetResult();
            }
        });
    }

    async Task AttemptAsync(DueMessage message)
    {
        try
        {
            await attempt(message);
        }
        catch (Exception e)
        {
            // A bug, which must not cost the lane a worker: the message stays in the store and comes again with the next start.
            DeliveryLog.AttemptBroke(logger, message.Key.ToString(), e);
        }
    }

    /// <summary>The next message; none lets the worker go, in the same step, so that no message is left without one.</summary>
    DueMessage? Take(Task worker)
    {
        lock (_gate)
        {
            if (_waiting.Dequeue() is { } message)
            {
                if (message.Message is not null)
                    warm.Release();
                return message;
            }
            if (!_stopped)
                _workers.Remove(worker);
            _isOver = emptied is not null && !_stopped && _workers.Count == 0;
        }
        if (_isOver)
            emptied!(this);
        return null;
    }
}
