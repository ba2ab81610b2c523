using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Quotas;

/// <summary>What waits under each key, and which message takes up what of it. All of it in one step, so that no two sessions share the last place.</summary>
sealed class QuotaCounts
{
    readonly Lock _gate = new();
    readonly Dictionary<QuotaKey, Amount> _amounts = [];
    readonly Dictionary<MessageKey, (long Size, List<QuotaShare> Shares)> _messages = [];

    // While the queue is read: who has left, since what was read may be older. All of a message's recipients are one in the place Everyone.
    const int Everyone = -1;
    HashSet<(MessageKey, int)>? _left;

    /// <summary>Messages that are counted.</summary>
    internal int Messages
    {
        get
        {
            lock (_gate)
                return _messages.Count;
        }
    }

    /// <summary>Values that something is counted under.</summary>
    internal int Values
    {
        get
        {
            lock (_gate)
                return _amounts.Count;
        }
    }

    /// <summary>Whether one more message has room.</summary>
    internal IntakeResult Fits(QuotaKey key, long size)
    {
        lock (_gate)
            return FitsNow(key, size);
    }

    /// <summary>Counts a message under all of its shares, or under none where one has no room.</summary>
    /// <param name="message">Not counted yet.</param>
    /// <param name="size">Octets.</param>
    /// <param name="shares">From now on these counts' own.</param>
    /// <param name="mayExceed">It is counted all the same.</param>
    /// <param name="full">The count that has no room.</param>
    internal IntakeResult TryAdd(MessageKey message, long size, List<QuotaShare> shares, bool mayExceed, out QuotaKey full)
    {
        full = default;
        if (shares.Count == 0)
            return IntakeResult.Committed;
        lock (_gate)
        {
            foreach (var share in mayExceed ? [] : shares)
            {
                if (FitsNow(share.Key, size) is not IntakeResult.Committed and var refusal)
                {
                    full = share.Key;
                    return refusal;
                }
            }
            Add(message, size, shares);
            return IntakeResult.Committed;
        }
    }

    /// <summary>From now until <see cref="EndReading"/> it is kept who leaves.</summary>
    internal void BeginReading()
    {
        lock (_gate)
            _left = [];
    }

    internal void EndReading()
    {
        lock (_gate)
            _left = null;
    }

    /// <summary>Counts a message that was found in the queue, for those of its recipients that have not left, under quotas that it is not counted under.</summary>
    internal void AddFound(MessageKey message, long size, List<QuotaShare> shares)
    {
        lock (_gate)
        {
            if (_messages.TryGetValue(message, out var known))
                shares.RemoveAll(share => known.Shares.Exists(counted => counted.Key.Quota == share.Key.Quota));
            foreach (var share in shares)
                share.Waiting.RemoveAll(ordinal => _left is not null && (_left.Contains((message, ordinal)) || _left.Contains((message, Everyone))));
            shares.RemoveAll(static share => share.Waiting.Count == 0);
            Add(message, size, shares);
        }
    }

    /// <summary>These recipients wait no more; null = none of the message does. Told twice, it counts once.</summary>
    internal void Leave(MessageKey message, IReadOnlyList<int>? ordinals)
    {
        lock (_gate)
        {
            _left?.UnionWith((ordinals ?? [Everyone]).Select(ordinal => (message, ordinal)));
            if (!_messages.TryGetValue(message, out var counted))
                return;
            for (var i = counted.Shares.Count - 1; i >= 0; i--)
            {
                var share = counted.Shares[i];
                if (ordinals is not null)
                    share.Waiting.RemoveAll(ordinals.Contains);
                if (ordinals is not null && share.Waiting.Count > 0)
                    continue;
                counted.Shares.RemoveAt(i);
                TakeOff(share.Key, counted.Size);
            }
            if (counted.Shares.Count == 0)
                _messages.Remove(message);
        }
    }

    void Add(MessageKey message, long size, List<QuotaShare> shares)
    {
        if (shares.Count == 0)
            return;
        foreach (var share in shares)
        {
            var amount = _amounts.GetValueOrDefault(share.Key);
            _amounts[share.Key] = new Amount(amount.Messages + 1, amount.Octets + size);
        }
        if (_messages.TryGetValue(message, out var known))
            known.Shares.AddRange(shares);
        else
            _messages[message] = (size, shares);
    }

    void TakeOff(QuotaKey key, long size)
    {
        var amount = _amounts[key];
        if (amount.Messages == 1)
            _amounts.Remove(key);
        else
            _amounts[key] = new Amount(amount.Messages - 1, amount.Octets - size);
    }

    IntakeResult FitsNow(QuotaKey key, long size)
    {
        var (quota, amount) = (key.Quota, _amounts.GetValueOrDefault(key));
        if (quota.Size > 0 && size > quota.Size)
            return IntakeResult.TooBig;
        return (quota.Messages > 0 && amount.Messages >= quota.Messages) || (quota.Size > 0 && amount.Octets + Math.Max(size, 1) > quota.Size)
            ? IntakeResult.OverQuota
            : IntakeResult.Committed;
    }

    readonly record struct Amount(int Messages, long Octets);
}
