using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Lookups;

static partial class LookupsLog
{
    [LoggerMessage(2060, LogLevel.Information, "list/{List} has {Entries} entries from {File} from now on", EventName = "ListReread")]
    internal static partial void ListReread(ILogger logger, string list, int entries, string file);

    [LoggerMessage(2061, LogLevel.Error, "list/{List} keeps the {Entries} entries that it has from {File}, which {Fault}", EventName = "ListKept")]
    internal static partial void ListKept(ILogger logger, string list, int entries, string file, string fault);

    [LoggerMessage(2062, LogLevel.Error, "The files of lists could not be looked at", EventName = "ListWatchFailed")]
    internal static partial void ListWatchFailed(ILogger logger, Exception exception);
}
