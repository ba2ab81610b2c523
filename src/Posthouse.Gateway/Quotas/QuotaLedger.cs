using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Quotas;

/// <summary>
/// <c>[[queue.quota]]</c>: counts what clients have brought and what waits in the queue, from before its commit until a mark that it has left is on
/// disk. What was in the queue at the start, or when a quota came with a reload, is counted from the store.
/// </summary>
/// <remarks>The queue's own reports are neither counted nor refused: a sender must hear of a failure even where a quota is full.</remarks>
/// <param name="quotas">Those in force.</param>
/// <param name="logger">Where refusals are told.</param>
sealed class QuotaLedger(Func<IReadOnlyList<QuotaModel>> quotas, ILogger? logger = null)
{
    const int Page = 1000;

    /// <summary>At the start no host is asked about thousands of messages: what depends on one is counted, since a bound is a bound.</summary>
    static readonly CancellationToken AskNobody = new(canceled: true);

    readonly ILogger _logger = logger ?? NullLogger.Instance;
    HashSet<QuotaModel> _complete = [];

    internal QuotaCounts Counts { get; } = new();

    /// <summary>What a message would be told now, as far as it is known.</summary>
    /// <param name="subject">The session, or a recipient in it.</param>
    /// <param name="isRecipientKnown">Quotas that ask about the recipient can be decided.</param>
    /// <param name="size">Octets that the client has announced; 0 = not known.</param>
    /// <param name="cancellationToken">Ends the wait for a host that a condition asks.</param>
    internal async ValueTask<IntakeResult> ProbeAsync(IRuleSubject subject, bool isRecipientKnown, long size, CancellationToken cancellationToken)
    {
        foreach (var quota in quotas())
        {
            // Until the message has come, its size is what the client says.
            if ((quota.AsksOfRecipient && !isRecipientKnown) || quota.Uses.Contains(RuleVariable.Size))
                continue;
            var value = await BoundValue.OfAsync(quota, subject, cancellationToken).ConfigureAwait(false);
            if (!value.IsAvailable)
                return Undecided(value.Reason);
            if (value.Value is { } counted && Counts.Fits(new QuotaKey(quota, counted), size) is not IntakeResult.Committed and var refusal)
                return Refused(new QuotaKey(quota, counted), refusal);
        }
        return IntakeResult.Committed;
    }

    /// <summary>Counts a message that is about to be committed; any other answer than committed, and it is not counted.</summary>
    internal async ValueTask<IntakeResult> ReserveAsync(MessageKey message, MessageEnvelope envelope, long size)
    {
        var inForce = quotas();
        if (inForce.Count == 0)
            return IntakeResult.Committed;
        // A host that a condition asks has its own time for an answer.
        var shares = await QuotaShare.OfAsync(
            inForce, envelope, size, [.. Enumerable.Range(0, envelope.Recipients.Count)], envelope.IsPartlyDelivered, CancellationToken.None).ConfigureAwait(false);
        if (!shares.IsAvailable)
            return Undecided(shares.Reason);
        var result = Counts.TryAdd(message, size, shares.Value, envelope.IsPartlyDelivered, out var full);
        return result == IntakeResult.Committed ? result : Refused(full, result);
    }

    /// <summary>
    /// Counts what is in the queue under those quotas in force that do not count it yet. <see cref="IOException"/> where the store cannot be read.
    /// One at a time.
    /// </summary>
    /// <param name="read">Some messages behind a key, and the key that the next ones come behind; null = there are no more.</param>
    /// <param name="cancellationToken">Ends it; what was counted stays.</param>
    internal async Task CountAsync(Func<MessageKey, int, (IReadOnlyList<WaitingMessage> Messages, MessageKey? Next)> read, CancellationToken cancellationToken)
    {
        var inForce = quotas();
        QuotaModel[] fresh = [.. inForce.Where(quota => !_complete.Contains(quota))];
        if (fresh.Length > 0)
        {
            Counts.BeginReading();
            try
            {
                for (MessageKey? after = default(MessageKey); after is { } key;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    (var messages, after) = read(key, Page);
                    foreach (var message in messages)
                    {
                        var shares = await QuotaShare.OfAsync(fresh, message.Envelope, message.Size, message.Waiting, isUndecidedCounted: true, AskNobody).ConfigureAwait(false);
                        Counts.AddFound(message.Key, message.Size, shares.Value);
                    }
                }
            }
            finally
            {
                Counts.EndReading();
            }
            QuotaLog.Counted(_logger, Counts.Messages, Counts.Values);
        }
        _complete = [.. inForce];
    }

    /// <summary>Tells of it by its number among those of the file, from one.</summary>
    IntakeResult Refused(QuotaKey full, IntakeResult result)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            var number = quotas().TakeWhile(quota => !quota.Equals(full.Quota)).Count() + 1;
            QuotaLog.Full(_logger, number, BoundValue.Shown(full.Quota, full.Value), full.Quota.Messages, full.Quota.Size);
        }
        return result;
    }

    IntakeResult Undecided(string reason)
    {
        QuotaLog.Undecided(_logger, reason);
        return IntakeResult.Undecided;
    }
}
