using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

static partial class ControlLog
{
    [LoggerMessage(2400, LogLevel.Warning, "The control socket {Path} cannot be opened, so 'posthouse queue' cannot act on this server: {Reason}", EventName = "NoControlSocket")]
    internal static partial void NoSocket(ILogger logger, string path, string reason);
}
