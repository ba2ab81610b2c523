using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

static partial class ControlLog
{
    [LoggerMessage(3000, LogLevel.Warning, "server.listener.{Listener}: protocol \"http\" is not served yet, so the listener stays closed", EventName = "NotServed")]
    internal static partial void NotServed(ILogger logger, string listener);
}
