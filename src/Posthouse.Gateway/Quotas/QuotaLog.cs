using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Quotas;

static partial class QuotaLog
{
    [LoggerMessage(2300, LogLevel.Information, "queue.quota counts {Messages} messages of the queue under {Values} values", EventName = "QuotaCounted")]
    internal static partial void Counted(ILogger logger, int messages, int values);

    [LoggerMessage(2301, LogLevel.Information, "queue.quota {Number} has no room for {Whose} (messages = {Messages}, size = {Octets}; 0 = no bound)", EventName = "QuotaFull")]
    internal static partial void Full(ILogger logger, int number, string whose, int messages, long octets);

    [LoggerMessage(2302, LogLevel.Warning, "queue.quota could not be decided: {Reason}", EventName = "QuotaUndecided")]
    internal static partial void Undecided(ILogger logger, string reason);

    [LoggerMessage(2303, LogLevel.Error, "queue.quota: what waits in the queue could not be counted under quotas that are new, so they hold for what comes from now on only", EventName = "QuotaNotCounted")]
    internal static partial void NotCounted(ILogger logger, Exception exception);
}
