using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

static partial class ControlLog
{
    [LoggerMessage(2400, LogLevel.Warning, "The control socket {Path} cannot be opened, so 'posthouse queue' and 'posthouse reload' cannot act on this server: {Reason}", EventName = "NoControlSocket")]
    public static partial void NoSocket(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 5001, EventName = "Reloaded", Level = LogLevel.Information,
        Message = "the configuration was reloaded: {Kept} remotes kept, {Changed} changed, {Added} added, {Removed} removed")]
    public static partial void Reloaded(ILogger logger, int kept, int changed, int added, int removed);

    [LoggerMessage(EventId = 5002, EventName = "ReloadRefused", Level = LogLevel.Error, Message = "the configuration was not reloaded, the one before stays in force: {Reason}")]
    public static partial void ReloadRefused(ILogger logger, string reason);

    [LoggerMessage(EventId = 5003, EventName = "ReloadProblem", Level = LogLevel.Warning, Message = "{Problem}")]
    public static partial void ReloadProblem(ILogger logger, string problem);

    [LoggerMessage(EventId = 5004, EventName = "NeedsRestart", Level = LogLevel.Warning, Message = "{Key} has changed and takes effect at the next start")]
    public static partial void NeedsRestart(ILogger logger, string key);

    [LoggerMessage(EventId = 5005, EventName = "CertificateWaits", Level = LogLevel.Warning,
        Message = "{Path} has changed, and so has the configuration: the new certificate is taken with the next reload")]
    public static partial void CertificateWaits(ILogger logger, string path);
}
