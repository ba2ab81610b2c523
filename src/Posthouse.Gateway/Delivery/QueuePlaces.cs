using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// The hops that the recipients of queued messages are on their way to: each as the loop has it in memory, and those that it has nowhere, or that were not
/// tried since the start, as they would be routed now, without asking a host.
/// </summary>
/// <param name="store">Who waits.</param>
/// <param name="messages">Whom an operator has ended, although the store may still say that he waits.</param>
/// <param name="inMemory">
/// What the loop has, wherever it waits. Where something is found twice, since it has moved meanwhile, the last place counts.
/// </param>
/// <param name="hops">Where mail can go.</param>
/// <param name="search">Asked by lookup; null = nobody.</param>
/// <param name="model">The configuration in force.</param>
sealed class QueuePlaces(
    IMessageStore store, MessageGate messages, Func<IEnumerable<(DueMessage Due, QueueWait For)>> inMemory, IHops hops, IRecipientSearch? search, Func<QueueModel> model)
{
    /// <summary>Why there can be no such hop; empty = there can.</summary>
    internal string Refusal(string hop) =>
        hops.TryGet(hop, out _) ? "" : $"there is no remote named {hop}; a hop is one of {string.Join(", ", hops.Names)}";

    /// <summary>A look at what is in memory of these messages; the look itself does not change.</summary>
    internal Look At(IEnumerable<MessageKey> keys)
    {
        var known = keys.ToDictionary(static key => key, static _ => new Dictionary<int, string?>());
        Dictionary<MessageKey, QueueWait> waits = [];
        foreach (var (due, wait) in inMemory())
        {
            if (!known.TryGetValue(due.Key, out var ofMessage))
                continue;
            if (wait != QueueWait.Time)
                waits[due.Key] = wait;
            foreach (var recipient in due.Recipients)
                ofMessage[recipient.Ordinal] = due.Hop;
        }
        return new Look(this, known, waits);
    }

    async Task<RecipientPlaces> FindAsync(MessageKey key, IReadOnlyDictionary<int, string?> known)
    {
        if (store.Show(key) is not { } detail || store.Read(key) is not { } message)
            return new(new Dictionary<string, List<int>>(), 0);
        Dictionary<string, List<int>> byHop = new(StringComparer.Ordinal);
        var unknown = 0;
        foreach (var one in detail.Recipients)
        {
            if (one.State != RecipientState.Waiting.Name() || HasEnded(key, one.Ordinal))
                continue;
            if ((known.GetValueOrDefault(one.Ordinal) ?? await RouteAsync(message, new DueRecipient(one.Ordinal, one.Attempts))) is { } hop)
                Add(byHop, hop, one.Ordinal);
            else
                unknown++;
        }
        return new(byHop, unknown);
    }

    /// <summary>Where a recipient would go now; null where that is not known. One at a time, so that one who is not known hides no other.</summary>
    async ValueTask<string?> RouteAsync(QueuedMessage message, DueRecipient recipient)
    {
        try
        {
            return (await Router.RouteAsync(message, [recipient], model(), hops, search, Dispatch.AskNobody)).Hops.Keys.SingleOrDefault();
        }
        catch (Exception)
        {
            // A host would have to be asked, or a rule broke.
            return null;
        }
    }

    bool HasEnded(MessageKey key, int ordinal) => messages.HasEnded(key, ordinal);

    static void Add(Dictionary<string, List<int>> byHop, string hop, int ordinal)
    {
        if (byHop.TryGetValue(hop, out var same))
            same.Add(ordinal);
        else
            byHop[hop] = [ordinal];
    }

    internal sealed class Look(QueuePlaces places, Dictionary<MessageKey, Dictionary<int, string?>> known, Dictionary<MessageKey, QueueWait> waits)
    {
        /// <summary>What a message, or some of it, waits for.</summary>
        internal QueueWait WaitOf(MessageKey key) => waits.GetValueOrDefault(key);

        /// <summary>Where a message's recipients are.</summary>
        internal Task<RecipientPlaces> OfAsync(MessageKey key) => places.FindAsync(key, known[key]);

        /// <summary>The same for one in a list, without the store where as many are in memory as wait: the store never has fewer than wait.</summary>
        internal ValueTask<RecipientPlaces> OfAsync(MessageKey key, int waiting)
        {
            Dictionary<string, List<int>> byHop = new(StringComparer.Ordinal);
            var count = 0;
            foreach (var (ordinal, hop) in known[key])
            {
                if (places.HasEnded(key, ordinal))
                    continue;
                if (hop is null)
                    return new(OfAsync(key));
                Add(byHop, hop, ordinal);
                count++;
            }
            return count == waiting ? new(new RecipientPlaces(byHop, 0)) : new(OfAsync(key));
        }
    }
}
