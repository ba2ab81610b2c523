using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Delivery;

/// <summary>What routing came to: recipients by hop, and those that have none now.</summary>
sealed record Routes(IReadOnlyDictionary<string, List<DueRecipient>> Hops, IReadOnlyList<(DueRecipient Recipient, Outcome Outcome)> Unrouted);

/// <summary>Step 7: finds each recipient's next hop. One that has none now is delayed, since what is missing is ours.</summary>
static class Router
{
    static readonly Outcome NoDomain = Delay(new EnhancedCode(4, 3, 5),
        "a recipient without a domain has no mail exchanger; queue.outbound.next-hop must name a remote");

    // It was taken by its domain or by a list.
    static readonly Outcome NotFound = Delay(new EnhancedCode(4, 4, 3),
        "queue.outbound.next-hop goes by lookup, and no remote in session.rcpt.lookup.addresses has said yes to this recipient");

    /// <param name="message">The message.</param>
    /// <param name="recipients">Those of it that are due.</param>
    /// <param name="model">The configuration in force.</param>
    /// <param name="hops">Where mail can go.</param>
    /// <param name="search">Asked by lookup for whom no session has asked; null = nobody knows them.</param>
    /// <param name="cancellationToken">Fired: nobody is asked, and only what is known here counts.</param>
    internal static async ValueTask<Routes> RouteAsync(
        QueuedMessage message, IReadOnlyList<DueRecipient> recipients, QueueModel model, IHops hops, IRecipientSearch? search,
        CancellationToken cancellationToken)
    {
        Dictionary<string, List<DueRecipient>> byHop = new(StringComparer.Ordinal);
        List<(DueRecipient, Outcome)> unrouted = [];
        // All at once: a host is asked about them together, and one that hangs costs its timeout once.
        var decided = await Task.WhenAll(recipients.Select(recipient => DecideAsync(message, recipient.Ordinal, model, search, cancellationToken)));
        foreach (var (recipient, (id, obstacle)) in recipients.Zip(decided))
        {
            if (id is null)
                unrouted.Add((recipient, obstacle));
            else if (!hops.TryGet(id, out _))
                unrouted.Add((recipient, NoSuchRemote(id)));
            else if (byHop.TryGetValue(id, out var sameHop))
                sameHop.Add(recipient);
            else
                byHop.Add(id, [recipient]);
        }
        return new Routes(byHop, unrouted);
    }

    static async Task<(string? Hop, Outcome Obstacle)> DecideAsync(QueuedMessage message, int ordinal, QueueModel model, IRecipientSearch? search,
        CancellationToken cancellationToken)
    {
        var recipient = message.Envelope.Recipients[ordinal];
        var subject = new QueuedRecipient(message, recipient);
        var next = await model.NextHop.EvaluateAsync(subject, cancellationToken);
        if (!next.IsAvailable)
            return (null, Delay(new EnhancedCode(4, 4, 3), $"queue.outbound.next-hop cannot be decided: {next.Reason}"));
        if (!next.Value.IsByLookup)
            return (next.Value.Remote ?? ByMx(recipient), NoDomain);
        if (message.Envelope.RemoteOf(ordinal) is { } knewIt)
            return (knewIt, NotFound);
        if (search is null)
            return (null, NotFound);
        var place = await search.FindAsync(recipient.Mailbox, subject, cancellationToken);
        if (!place.IsAvailable)
            return (null, Delay(new EnhancedCode(4, 4, 3),
                $"queue.outbound.next-hop goes by lookup, and who knows this recipient cannot be told: {place.Reason}"));
        return place.Value.Remote is null && place.Value.IsElsewhere ? (ByMx(recipient), NoDomain) : (place.Value.Remote, NotFound);
    }

    /// <summary>Null for a bare <c>Postmaster</c>.</summary>
    static string? ByMx(RcptCommand recipient) => recipient.Mailbox.Domain is { Length: > 0 } domain ? MxHopName.Of(domain) : null;

    internal static Outcome NoSuchRemote(string id) => Delay(new EnhancedCode(4, 3, 5), $"there is no remote named {id}");

    static Outcome Delay(EnhancedCode code, string text) => new(Disposition.Temporary, Blame.Definition, new Reply(451, code, text));
}
