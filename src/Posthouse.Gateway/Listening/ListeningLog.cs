using System.Net;
using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Listening;

static partial class ListeningLog
{
    [LoggerMessage(EventId = 1001, EventName = "ListenerOpened", Level = LogLevel.Information, Message = "{Listener} listens on {Endpoints}")]
    public static partial void Opened(ILogger logger, string listener, IReadOnlyList<IPEndPoint> endpoints);

    [LoggerMessage(EventId = 1002, EventName = "ListenerClosed", Level = LogLevel.Information, Message = "{Listener} is closed")]
    public static partial void Closed(ILogger logger, string listener);

    [LoggerMessage(EventId = 1003, EventName = "AcceptFailed", Level = LogLevel.Error, Message = "{Endpoint}: a connection could not be accepted, and is tried again; so it was {Others} times more since the last word of it")]
    public static partial void AcceptFailed(ILogger logger, IPEndPoint endpoint, long others, Exception exception);

    [LoggerMessage(EventId = 1010, EventName = "TurnedAway", Level = LogLevel.Warning, Message = "{Listener}: {RemoteIp} has too many connections (session.limits.per-ip); {Others} more were turned away since the last word of it")]
    public static partial void TurnedAway(ILogger logger, string listener, IPAddress remoteIp, long others);

    [LoggerMessage(EventId = 1013, EventName = "Full", Level = LogLevel.Error,
        Message = "{Listener}: {RemoteIp} was turned away, since {Most} clients are connected; more would leave too few files for the queue and its hosts (raise the limit of open files). {Others} more were turned away since the last word of it")]
    public static partial void Full(ILogger logger, string listener, IPAddress remoteIp, int most, long others);

    [LoggerMessage(EventId = 1011, EventName = "HandshakeFailed", Level = LogLevel.Information, Message = "{Listener}: {RemoteIp}: a TLS handshake failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string listener, IPAddress remoteIp, string reason);

    [LoggerMessage(EventId = 1012, EventName = "ConnectionFailed", Level = LogLevel.Error, Message = "{Listener}: {RemoteIp}: a bug ended the connection")]
    public static partial void Failed(ILogger logger, string listener, IPAddress remoteIp, Exception exception);
}
