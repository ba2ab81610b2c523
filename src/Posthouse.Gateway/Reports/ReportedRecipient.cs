using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Reports;

/// <summary>One recipient in a report.</summary>
/// <param name="Recipient">As the sender named it.</param>
/// <param name="Action">A word of RFC 3464 section 2.3.3.</param>
/// <param name="Status">RFC 3463.</param>
/// <param name="Last">What happened last. Names no machine of the operator's.</param>
sealed record ReportedRecipient(RcptCommand Recipient, string Action, EnhancedCode Status, LastWord Last)
{
    /// <summary>The action of one that is in its mailbox.</summary>
    internal const string Delivered = "delivered";

    /// <summary>When it was tried last; null where this run was no attempt.</summary>
    internal DateTimeOffset? LastAttempt { get; init; }

    /// <summary>Until when it is tried; null where it is not any more.</summary>
    internal DateTimeOffset? RetryUntil { get; init; }

    /// <summary>It may have arrived all the same.</summary>
    internal bool MaybeDelivered { get; init; }
}
