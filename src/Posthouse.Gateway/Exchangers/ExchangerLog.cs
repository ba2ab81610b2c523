using System.Net;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Exchangers;

static partial class ExchangerLog
{
    [LoggerMessage(2200, LogLevel.Information, "{QueueId}: {Exchanger} [{Address}] of {Domain} was not reached; the next is tried, if there is one: {Reply}", EventName = "ExchangerNotReached")]
    internal static partial void NotReached(ILogger logger, string queueId, string domain, string exchanger, IPAddress address, string reply);
}
