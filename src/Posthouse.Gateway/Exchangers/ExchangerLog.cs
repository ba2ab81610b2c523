using System.Net;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Exchangers;

static partial class ExchangerLog
{
    [LoggerMessage(2200, LogLevel.Information, "{QueueId}: {Exchanger} [{Address}] of {Domain} was not reached; the next is tried, if there is one: {Reply}", EventName = "ExchangerNotReached")]
    internal static partial void NotReached(ILogger logger, string queueId, string domain, string exchanger, IPAddress address, string reply);

    // The delivery's own line names the domain alone.
    [LoggerMessage(2201, LogLevel.Information, "{QueueId}: mail for {Domain} was taken by {Exchanger} [{Address}] for {Recipients} recipients", EventName = "ExchangerTook")]
    internal static partial void Took(ILogger logger, string queueId, string domain, string exchanger, IPAddress address, int recipients);

    [LoggerMessage(2202, LogLevel.Information, "{QueueId}: {Exchanger} [{Address}] of {Domain} does not take it now for {Recipients} recipients: {Reply}", EventName = "ExchangerPutOff")]
    internal static partial void PutOff(ILogger logger, string queueId, string domain, string exchanger, IPAddress address, int recipients, string reply);
}
