using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Queue;

static partial class QueueLog
{
    [LoggerMessage(2040, LogLevel.Information, "The queue in {Folder} holds {Waiting} waiting and {Failed} failed recipients; {Orphans} messages without a commit were removed", EventName = "Opened")]
    internal static partial void Opened(ILogger logger, string folder, long waiting, long failed, long orphans);

    [LoggerMessage(2056, LogLevel.Critical, "The queue in {Folder} has pages that are not what was written. The messages on them go into quarantine, the others go on; see posthouse queue check", EventName = "OpenedWithDamage")]
    internal static partial void OpenedWithDamage(ILogger logger, string folder);

    [LoggerMessage(2041, LogLevel.Critical, "The queue's store failed. No mail is taken or delivered until Posthouse is started again", EventName = "StoreFailed")]
    internal static partial void StoreFailed(ILogger logger, Exception exception);

    [LoggerMessage(2042, LogLevel.Error, "The queue's store refused a group of writes (SQLite {Code}): {Text}", EventName = "GroupRefused")]
    internal static partial void GroupRefused(ILogger logger, int code, string text);

    [LoggerMessage(2043, LogLevel.Error, "The queue's log cannot be folded into its database for want of room: {Text}", EventName = "FoldPutOff")]
    internal static partial void FoldPutOff(ILogger logger, string text);

    [LoggerMessage(2047, LogLevel.Critical, "{QueueId}: damaged in the queue's store: {Reason}. The message is kept in quarantine and not delivered; see posthouse queue check", EventName = "Damaged")]
    internal static partial void Damaged(ILogger logger, string queueId, string reason);

    [LoggerMessage(2048, LogLevel.Error, "{Count} messages of the queue are damaged and in quarantine; see posthouse queue check", EventName = "InQuarantine")]
    internal static partial void InQuarantine(ILogger logger, long count);

    [LoggerMessage(2057, LogLevel.Critical, "The queue's disk has not answered for {Seconds} s; mail is refused until it does", EventName = "DiskHangs")]
    internal static partial void DiskHangs(ILogger logger, double seconds);

    [LoggerMessage(2058, LogLevel.Warning, "The queue's disk answers again, and mail is taken", EventName = "DiskAnswers")]
    internal static partial void DiskAnswers(ILogger logger);

    [LoggerMessage(2059, LogLevel.Error, "The disk of the queue in {Folder} has {KibAvailable} KiB free, too little for a message of {Kib} KiB above what is kept for deliveries: it is refused with 452 until there is room, and others as large", EventName = "NoRoom")]
    internal static partial void NoRoom(ILogger logger, string folder, long kibAvailable, long kib);

    [LoggerMessage(2066, LogLevel.Warning, "The disk of the queue in {Folder} has room again, and mail is taken", EventName = "RoomAgain")]
    internal static partial void RoomAgain(ILogger logger, string folder);

    [LoggerMessage(2049, LogLevel.Error, "What the queue's log holds beyond its last commit cannot be cut off, so messages that were refused may be delivered after a restart: {Text}", EventName = "NotCut")]
    internal static partial void NotCut(ILogger logger, string text);
}
