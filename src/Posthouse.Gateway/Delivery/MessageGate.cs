using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Where each attempt passes: a held message is parked here instead, and what is being tried is known, so that an operator's word and an
/// attempt never cross.
/// </summary>
sealed class MessageGate
{
    readonly Lock _gate = new();
    readonly Dictionary<MessageKey, List<DueMessage>> _held = [];
    readonly Dictionary<MessageKey, int> _running = [];

    // Few: an operator has ended each. Nobody knows when the last of what waited for a hop has passed.
    readonly HashSet<MessageKey> _ended = [];

    /// <summary>False: it is held, and stays here; or it has ended, and is dropped.</summary>
    internal bool TryEnter(DueMessage due)
    {
        lock (_gate)
        {
            if (Park(due))
                return false;
            _running[due.Key] = _running.GetValueOrDefault(due.Key) + 1;
            return true;
        }
    }

    /// <summary>An attempt that has begun already, whoever holds it.</summary>
    internal void Enter(MessageKey key)
    {
        lock (_gate)
            _running[key] = _running.GetValueOrDefault(key) + 1;
    }

    internal void Leave(MessageKey key)
    {
        lock (_gate)
        {
            if (_running[key] == 1)
                _running.Remove(key);
            else
                _running[key]--;
        }
    }

    /// <summary>True: it is held, and stays here; or it has ended, and is dropped.</summary>
    internal bool IsParked(DueMessage due)
    {
        lock (_gate)
            return Park(due);
    }

    internal bool IsHeld(MessageKey key)
    {
        lock (_gate)
            return _held.ContainsKey(key);
    }

    /// <summary>Whether an attempt is under way.</summary>
    internal bool IsRunning(MessageKey key)
    {
        lock (_gate)
            return _running.ContainsKey(key);
    }

    /// <summary>Lets no attempt begin from now on; false where it was so already.</summary>
    internal bool Hold(MessageKey key)
    {
        lock (_gate)
            return _held.TryAdd(key, []);
    }

    /// <summary>Drops what was parked, and what waits in memory for its turn at a hop, in a throttle or for its route, each when its turn comes.</summary>
    internal void End(MessageKey key)
    {
        lock (_gate)
        {
            _ended.Add(key);
            _held.Remove(key);
        }
    }

    /// <summary>What was parked meanwhile; null where it was not held.</summary>
    internal IReadOnlyList<DueMessage>? Release(MessageKey key)
    {
        lock (_gate)
            return _held.Remove(key, out var parked) ? parked : null;
    }

    bool Park(DueMessage due)
    {
        if (_ended.Contains(due.Key))
            return true;
        if (!_held.TryGetValue(due.Key, out var parked))
            return false;
        parked.Add(due with { Message = null });
        return true;
    }
}
