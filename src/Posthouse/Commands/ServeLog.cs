using Microsoft.Extensions.Logging;

namespace Posthouse.Commands;

static partial class ServeLog
{
    [LoggerMessage(1, LogLevel.Information, "Posthouse {Version} serves {Path}", EventName = "Started")]
    public static partial void Started(this ILogger logger, string version, string path);

    [LoggerMessage(2, LogLevel.Warning, "{Problem}", EventName = "ConfigurationWarning")]
    public static partial void ConfigurationWarning(this ILogger logger, string problem);

    [LoggerMessage(3, LogLevel.Information, "Draining, for {Seconds} s at most", EventName = "Draining")]
    public static partial void Draining(this ILogger logger, int seconds);

    [LoggerMessage(6, LogLevel.Error, "The configuration was not reloaded: {Reason}", EventName = "ReloadFailed")]
    public static partial void ReloadFailed(this ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Information, "Stopped", EventName = "Stopped")]
    public static partial void Stopped(this ILogger logger);
}
