using Microsoft.Extensions.Logging;

namespace Posthouse.Gateway.Control;

static partial class ControlLog
{
    [LoggerMessage(2400, LogLevel.Warning, "The control socket {Path} cannot be opened, so 'posthouse queue' and 'posthouse reload' cannot act on this server: {Reason}", EventName = "NoControlSocket")]
    public static partial void NoSocket(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 5001, EventName = "Reloaded", Level = LogLevel.Information,
        Message = "the configuration was reloaded: {Changes}")]
    public static partial void Reloaded(ILogger logger, ReloadChanges changes);

    [LoggerMessage(EventId = 5002, EventName = "ReloadRefused", Level = LogLevel.Error, Message = "the configuration was not reloaded, the one before stays in force: {Reason}")]
    public static partial void ReloadRefused(ILogger logger, string reason);

    [LoggerMessage(EventId = 5003, EventName = "ReloadProblem", Level = LogLevel.Warning, Message = "{Problem}")]
    public static partial void ReloadProblem(ILogger logger, string problem);

    [LoggerMessage(EventId = 5009, EventName = "ReloadError", Level = LogLevel.Error, Message = "{Problem}")]
    public static partial void ReloadError(ILogger logger, string problem);

    [LoggerMessage(EventId = 5004, EventName = "NeedsRestart", Level = LogLevel.Warning, Message = "{Key} has changed and takes effect at the next start")]
    public static partial void NeedsRestart(ILogger logger, string key);

    [LoggerMessage(EventId = 5006, EventName = "CertificateRenewed", Level = LogLevel.Information,
        Message = "certificate.{Certificate} has changed and is in force, until {NotAfter:u}")]
    public static partial void CertificateRenewed(ILogger logger, string certificate, DateTime notAfter);

    [LoggerMessage(EventId = 5007, EventName = "CertificateRefused", Level = LogLevel.Error,
        Message = "certificate.{Certificate} has changed and the one before stays in force: {Fault}")]
    public static partial void CertificateRefused(ILogger logger, string certificate, string fault);

    [LoggerMessage(EventId = 5010, EventName = "StopGivenUp", Level = LogLevel.Critical,
        Message = "The queue's disk has not answered for {Seconds} s, so the stop does not wait for it any longer. What it has not written is not acknowledged, and deliveries may come twice")]
    public static partial void StopGivenUp(ILogger logger, double seconds);

    [LoggerMessage(EventId = 5008, EventName = "ReloadBroke", Level = LogLevel.Error, Message = "a bug ended a reload, the configuration before stays in force")]
    public static partial void ReloadBroke(ILogger logger, Exception exception);
}
