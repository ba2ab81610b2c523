using Microsoft.Extensions.Logging;
using Posthouse.Gateway.Queue;
using Posthouse.Wire.Addresses;

namespace Posthouse.Gateway.Delivery;

static partial class DeliveryLog
{
    [LoggerMessage(2100, LogLevel.Information, "{QueueId}: <{Recipient}> delivered to {Hop}: {Reply}", EventName = "Delivered")]
    internal static partial void Delivered(ILogger logger, string queueId, Mailbox recipient, string hop, string reply);

    [LoggerMessage(2101, LogLevel.Warning, "{QueueId}: <{Recipient}> delayed at {Hop} after attempt {Attempts} until {Due:u}: {Reply}", EventName = "Delayed")]
    internal static partial void Delayed(ILogger logger, string queueId, Mailbox recipient, string hop, int attempts, DateTimeOffset due, string reply);

    [LoggerMessage(2111, LogLevel.Debug, "{QueueId}: <{Recipient}> delayed at {Hop} like others after attempt {Attempts} until {Due:u}: {Reply}", EventName = "DelayedLikeOthers")]
    internal static partial void DelayedLikeOthers(ILogger logger, string queueId, Mailbox recipient, string hop, int attempts, DateTimeOffset due,
        string reply);

    [LoggerMessage(2112, LogLevel.Warning, "{Recipients} more recipients were delayed at {Hop}, which cannot be reached, in the last {Seconds} s; the last one: {Reply}", EventName = "HopOutOfReach")]
    internal static partial void HopOutOfReach(ILogger logger, int recipients, string hop, double seconds, string reply);

    [LoggerMessage(2102, LogLevel.Warning, "{QueueId}: <{Recipient}> may have reached {Hop} in attempt {Attempts}, which ended without a reply; a second copy may follow at {Due:u}: {Reply}", EventName = "MaybeDelivered")]
    internal static partial void MaybeDelivered(ILogger logger, string queueId, Mailbox recipient, string hop, int attempts, DateTimeOffset due, string reply);

    [LoggerMessage(2103, LogLevel.Warning, "{QueueId}: <{Recipient}> failed at {Hop} after attempt {Attempts}, for good: {Reply}", EventName = "Failed")]
    internal static partial void Failed(ILogger logger, string queueId, Mailbox recipient, string hop, int attempts, string reply);

    [LoggerMessage(2104, LogLevel.Information, "{QueueId}: the attempt at {Hop} was given up at shutdown; the recipients stay queued", EventName = "GivenUp")]
    internal static partial void GivenUp(ILogger logger, string queueId, string hop);

    [LoggerMessage(2105, LogLevel.Error, "{QueueId}: the attempt broke", EventName = "AttemptBroke")]
    internal static partial void AttemptBroke(ILogger logger, string queueId, Exception exception);

    [LoggerMessage(2106, LogLevel.Warning, "{QueueId}: was due and is no longer in the queue", EventName = "Gone")]
    internal static partial void Gone(ILogger logger, string queueId);

    [LoggerMessage(2118, LogLevel.Information, "{QueueId}: a report on {About} to <{Recipient}> is queued", EventName = "Reported")]
    internal static partial void Reported(ILogger logger, string queueId, string about, Mailbox recipient);

    [LoggerMessage(2116, LogLevel.Warning, "{QueueId}: nobody is told, since it is from <>, as a report is", EventName = "NobodyTold")]
    internal static partial void NobodyTold(ILogger logger, string queueId);

    [LoggerMessage(2108, LogLevel.Information, "{QueueId}: held by the operator", EventName = "Held")]
    internal static partial void Held(ILogger logger, string queueId);

    [LoggerMessage(2109, LogLevel.Information, "{QueueId}: released by the operator", EventName = "Released")]
    internal static partial void Released(ILogger logger, string queueId);

    [LoggerMessage(2113, LogLevel.Error, "{QueueId}: delivered, and the report of it that its sender asked for broke", EventName = "ReportBroke")]
    internal static partial void ReportBroke(ILogger logger, string queueId, Exception exception);

    [LoggerMessage(2114, LogLevel.Critical, "Taking up mail broke; what was taken up comes again with the next start, the rest goes on", EventName = "TakingBroke")]
    internal static partial void TakingBroke(ILogger logger, Exception exception);

    [LoggerMessage(2115, LogLevel.Warning, "{QueueId}: <{Recipient}> waits until {Hop} can be reached, which is no attempt: {Reply}", EventName = "HopUntried")]
    internal static partial void Untried(ILogger logger, string queueId, Mailbox recipient, string hop, string reply);

    [LoggerMessage(2117, LogLevel.Error, "{QueueId}: could not be cancelled", EventName = "CancelBroke")]
    internal static partial void CancelBroke(ILogger logger, string queueId, Exception exception);

    [LoggerMessage(2110, LogLevel.Warning, "{QueueId}: cancelled by the operator for {Recipients} recipients; sender told: {IsTold}", EventName = "Cancelled")]
    internal static partial void Cancelled(ILogger logger, string queueId, int recipients, bool isTold);

    [LoggerMessage(2130, LogLevel.Warning, "The operator's {Action} of many ended before the last, since {Reason}; {Messages} messages were done before, the others are as they were", EventName = "WordCutShort")]
    internal static partial void WordCutShort(ILogger logger, QueueAction action, int messages, string reason);
}
