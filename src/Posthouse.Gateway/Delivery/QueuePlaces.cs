using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;

namespace Posthouse.Gateway.Delivery;

/// <summary>
/// The hops that queued messages are on their way to: as the loop has them in memory, and of those that were not tried since the start, as they would be routed
/// now, without asking a host.
/// </summary>
sealed class QueuePlaces(IMessageStore store, Schedule schedule, UnreachedHops unreached, IHops hops, IRecipientSearch? search, Func<QueueModel> model)
{
    /// <summary>Why there can be no such hop; empty = there can.</summary>
    internal string Refusal(string hop) =>
        hops.TryGet(hop, out _) ? "" : $"there is no remote named {hop}; a hop is one of {string.Join(", ", hops.Names)}";

    /// <summary>A look at what is in memory; the look itself does not change.</summary>
    internal Look Now()
    {
        Dictionary<MessageKey, List<string?>> known = [];
        foreach (var due in schedule.All().Concat(unreached.All()))
        {
            if (!known.TryGetValue(due.Key, out var ofMessage))
                known[due.Key] = ofMessage = [];
            if (!ofMessage.Contains(due.Hop))
                ofMessage.Add(due.Hop);
        }
        return new Look(this, known);
    }

    /// <summary>Where the recipients of a message that wait would go now; none where that is not known.</summary>
    async Task<IReadOnlyList<string>> RouteAsync(MessageKey key)
    {
        if (store.Show(key) is not { } detail || store.Read(key) is not { } message)
            return [];
        DueRecipient[] waiting = [.. detail.Recipients.Where(static one => one.State == RecipientState.Waiting.Name())
            .Select(static one => new DueRecipient(one.Ordinal, one.Attempts))];
        try
        {
            return [.. (await Router.RouteAsync(message, waiting, model(), hops, search, Dispatch.AskNobody)).Hops.Keys.Order(StringComparer.Ordinal)];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    internal sealed class Look(QueuePlaces places, Dictionary<MessageKey, List<string?>> known)
    {
        /// <summary>The hops of a message; none where they are not known.</summary>
        internal async ValueTask<IReadOnlyList<string>> OfAsync(MessageKey key) =>
            known.TryGetValue(key, out var hops) && !hops.Contains(null) ? [.. hops.Select(static hop => hop!).Order(StringComparer.Ordinal)]
                : await places.RouteAsync(key);
    }
}
