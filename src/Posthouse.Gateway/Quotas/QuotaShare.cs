using Posthouse.Gateway.Bounds;
using Posthouse.Gateway.Model;
using Posthouse.Gateway.Queue;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Quotas;

/// <summary>One quota's count for one value of its key.</summary>
readonly record struct QuotaKey(QuotaModel Quota, string Value);

/// <summary>What a message takes up of one count, for as long as one of these recipients waits.</summary>
/// <param name="Key">The count.</param>
/// <param name="Waiting">Places of recipients in the envelope; those that leave are taken out.</param>
sealed record QuotaShare(QuotaKey Key, List<int> Waiting)
{
    /// <summary>
    /// What a message takes up of each quota: it counts once under each value that its recipients have. Unavailable where a quota cannot be
    /// decided now.
    /// </summary>
    /// <param name="quotas">Those that count.</param>
    /// <param name="envelope">Of the message.</param>
    /// <param name="size">Octets.</param>
    /// <param name="waiting">The places of the recipients that count; at least one.</param>
    /// <param name="isUndecidedCounted">A quota that cannot be decided now holds.</param>
    /// <param name="cancellationToken">Ends the wait for a host that a condition asks.</param>
    internal static async ValueTask<Evaluation<List<QuotaShare>>> OfAsync(
        IReadOnlyList<QuotaModel> quotas, MessageEnvelope envelope, long size, IReadOnlyList<int> waiting, bool isUndecidedCounted, CancellationToken cancellationToken)
    {
        List<QuotaShare> shares = [];
        foreach (var quota in quotas)
        {
            // What asks nothing about the recipient says the same of each.
            var isAlike = !quota.AsksOfRecipient;
            foreach (var ordinal in isAlike ? waiting.Take(1) : waiting)
            {
                var subject = new QueuedRecipient(envelope, size, envelope.Recipients[ordinal]);
                var value = await ValueAsync(quota, subject, cancellationToken).ConfigureAwait(false);
                if (!value.IsAvailable && !isUndecidedCounted)
                    return Evaluation<List<QuotaShare>>.Unavailable(value.Reason);
                if ((value.IsAvailable ? value.Value : BoundValue.Of(quota.Key, subject)) is not { } counted)
                    continue;
                var key = new QuotaKey(quota, counted);
                if (isAlike)
                    shares.Add(new QuotaShare(key, [.. waiting]));
                else if (shares.Find(share => share.Key == key) is { } share)
                    share.Waiting.Add(ordinal);
                else
                    shares.Add(new QuotaShare(key, [ordinal]));
            }
        }
        return new(shares);
    }

    static async ValueTask<Evaluation<string?>> ValueAsync(QuotaModel quota, QueuedRecipient subject, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundValue.OfAsync(quota, subject, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Evaluation<string?>.Unavailable("nobody was asked");
        }
    }
}
