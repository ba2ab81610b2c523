using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// Where each attempt passes: a message that is held, or that a cancel is looking at, is parked here instead, and what is being tried is known, so that an
/// operator's word and an attempt never cross.
/// </summary>
sealed class MessageGate
{
    readonly Lock _gate = new();

    // An operator's holds, and those of a cancel at work: neither ends the other.
    readonly HashSet<MessageKey> _held = [];
    readonly HashSet<MessageKey> _stopped = [];
    readonly Dictionary<MessageKey, List<DueMessage>> _parked = [];
    readonly Dictionary<MessageKey, int> _running = [];

    // Whom an operator has ended; null = all of the message. Nobody knows when the last of what waited for a hop has passed.
    readonly Dictionary<MessageKey, HashSet<int>?> _ended = [];

    /// <summary>What of it may be tried, which is then under way; null: it is parked here, or has ended and is dropped.</summary>
    internal DueMessage? Enter(DueMessage due)
    {
        lock (_gate)
        {
            if (LeftOf(due) is not { } left)
                return null;
            _running[due.Key] = _running.GetValueOrDefault(due.Key) + 1;
            return left;
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

    /// <summary>What of it may go on to its hop; null: it is parked here, or has ended and is dropped.</summary>
    internal DueMessage? Pass(DueMessage due)
    {
        lock (_gate)
            return LeftOf(due);
    }

    /// <summary>Whether an operator holds it.</summary>
    internal bool IsHeld(MessageKey key)
    {
        lock (_gate)
            return _held.Contains(key);
    }

    /// <summary>Whether an attempt is under way.</summary>
    internal bool IsRunning(MessageKey key)
    {
        lock (_gate)
            return _running.ContainsKey(key);
    }

    /// <summary>Whether an operator has ended this recipient.</summary>
    internal bool HasEnded(MessageKey key, int ordinal)
    {
        lock (_gate)
            return IsOver(key, ordinal);
    }

    /// <summary>What is parked, for a look.</summary>
    internal IReadOnlyList<DueMessage> Parked()
    {
        lock (_gate)
            return [.. _parked.Values.SelectMany(static parked => parked)];
    }

    /// <summary>An operator's hold: no attempt begins from now on. False where it was so already, or all of it has ended.</summary>
    internal bool Hold(MessageKey key)
    {
        lock (_gate)
            return !(_ended.TryGetValue(key, out var some) && some is null) && _held.Add(key);
    }

    /// <summary>Ends an operator's hold. What was parked and may go on; null where it was not held.</summary>
    internal IReadOnlyList<DueMessage>? Release(MessageKey key)
    {
        lock (_gate)
            return _held.Remove(key) ? Unpark(key) : null;
    }

    /// <summary>Lets no attempt begin while a cancel looks at the message.</summary>
    internal void Stop(MessageKey key)
    {
        lock (_gate)
            _stopped.Add(key);
    }

    /// <summary>Ends that. What was parked and may go on.</summary>
    internal IReadOnlyList<DueMessage> Resume(MessageKey key)
    {
        lock (_gate)
        {
            _stopped.Remove(key);
            return Unpark(key);
        }
    }

    /// <summary>
    /// Drops what was parked of these recipients, and what waits of them in memory for its turn at a hop, in a throttle or for its route, each when its turn
    /// comes.
    /// </summary>
    /// <param name="key">The message.</param>
    /// <param name="ordinals">Their places in the envelope; null = all, so that there is nothing left to hold.</param>
    internal void End(MessageKey key, IReadOnlyList<int>? ordinals)
    {
        lock (_gate)
        {
            if (ordinals is null)
            {
                _ended[key] = null;
                _held.Remove(key);
                _parked.Remove(key);
            }
            else if (!_ended.TryGetValue(key, out var some))
                _ended[key] = [.. ordinals];
            else
                some?.UnionWith(ordinals);
        }
    }

    List<DueMessage> Unpark(MessageKey key) =>
        !_held.Contains(key) && !_stopped.Contains(key) && _parked.Remove(key, out var parked) ? parked : [];

    bool IsOver(MessageKey key, int ordinal) => _ended.TryGetValue(key, out var some) && (some is null || some.Contains(ordinal));

    DueMessage? LeftOf(DueMessage due)
    {
        if (_ended.ContainsKey(due.Key) && due.Recipients.Any(recipient => IsOver(due.Key, recipient.Ordinal)))
        {
            DueRecipient[] left = [.. due.Recipients.Where(recipient => !IsOver(due.Key, recipient.Ordinal))];
            if (left.Length == 0)
                return null;
            due = due with { Recipients = left };
        }
        if (!_held.Contains(due.Key) && !_stopped.Contains(due.Key))
            return due;
        if (!_parked.TryGetValue(due.Key, out var parked))
            _parked[due.Key] = parked = [];
        // A step of its life that passes meanwhile says nothing of what it waited for before.
        parked.Add(due with { Message = null, Pause = null });
        return null;
    }
}
