using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Reports;

/// <summary>One recipient in a report.</summary>
/// <param name="Recipient">As the sender named it.</param>
/// <param name="Action">A word of RFC 3464 section 2.3.3.</param>
/// <param name="Status">RFC 3463.</param>
/// <param name="Words">For people: what happened last. Names no machine of the operator's.</param>
sealed record ReportedRecipient(RcptCommand Recipient, string Action, EnhancedCode Status, string Words)
{
    /// <summary>A host's own reply, fit to be shown; null where the words are ours.</summary>
    internal string? Diagnostic { get; init; }

    /// <summary>The hop that was asked; null where none was.</summary>
    internal string? Hop { get; init; }

    /// <summary>Until when it is tried; null where it is not any more.</summary>
    internal DateTimeOffset? RetryUntil { get; init; }

    /// <summary>It may have arrived all the same.</summary>
    internal bool MaybeDelivered { get; init; }
}
