using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Delivery;

/// <summary>What routing came to: recipients by hop, and those that have none now.</summary>
sealed record Routes(IReadOnlyDictionary<string, List<DueRecipient>> Hops, IReadOnlyList<(DueRecipient Recipient, Outcome Outcome)> Unrouted);

/// <summary>Step 7: finds each recipient's next hop. One that has none now is delayed, since what is missing is ours.</summary>
static class Router
{
    static readonly Outcome NoDomain = Delay(new EnhancedCode(4, 3, 5), "a recipient without a domain has no mail exchanger; queue.outbound.next-hop must name a remote");

    // It was taken by its domain, by relay, or by a list.
    static readonly Outcome NotFound = Delay(new EnhancedCode(4, 4, 3), "queue.outbound.next-hop goes by lookup, and no remote in session.rcpt.lookup.addresses has said yes to this recipient");

    internal static async ValueTask<Routes> RouteAsync(QueuedMessage message, IReadOnlyList<DueRecipient> recipients, QueueModel model, IHops hops, CancellationToken cancellationToken)
    {
        Dictionary<string, List<DueRecipient>> byHop = new(StringComparer.Ordinal);
        List<(DueRecipient, Outcome)> unrouted = [];
        // All at once: a host is asked about them together, and one that hangs costs its timeout once.
        var decided = await Task.WhenAll(recipients.Select(recipient =>
            model.NextHop.EvaluateAsync(new QueuedRecipient(message, message.Envelope.Recipients[recipient.Ordinal]), cancellationToken).AsTask()));
        foreach (var (recipient, hop) in recipients.Zip(decided))
        {
            if (!hop.IsAvailable)
                unrouted.Add((recipient, Delay(new EnhancedCode(4, 4, 3), $"queue.outbound.next-hop cannot be decided: {hop.Reason}")));
            else if (HopOf(hop.Value, message, recipient.Ordinal) is not { } id)
                unrouted.Add((recipient, hop.Value.IsByLookup ? NotFound : NoDomain));
            else if (!hops.TryGet(id, out _))
                unrouted.Add((recipient, NoSuchRemote(id)));
            else if (byHop.TryGetValue(id, out var sameHop))
                sameHop.Add(recipient);
            else
                byHop.Add(id, [recipient]);
        }
        return new Routes(byHop, unrouted);
    }

    /// <summary>Null where the way is by lookup and nobody knew the recipient, or by MX and it is a bare <c>Postmaster</c>.</summary>
    static string? HopOf(NextHop next, QueuedMessage message, int ordinal)
    {
        if (next.IsByLookup)
            return message.Envelope.RemoteOf(ordinal);
        return next.Remote ?? (message.Envelope.Recipients[ordinal].Mailbox.Domain is { Length: > 0 } domain ? MxHopName.Of(domain) : null);
    }

    internal static Outcome NoSuchRemote(string id) => Delay(new EnhancedCode(4, 3, 5), $"there is no remote named {id}");

    static Outcome Delay(EnhancedCode code, string text) => new(Disposition.Temporary, Blame.Definition, new Reply(451, code, text));
}
