using System.Net;
using Microsoft.Extensions.Logging;

namespace Posthouse.Commands;

static partial class ServeLog
{
    [LoggerMessage(1, LogLevel.Information, "Posthouse {Version} serves {Path}", EventName = "Started")]
    public static partial void Started(this ILogger logger, string version, string path);

    [LoggerMessage(2, LogLevel.Information, "Listener {Listener} is open on {EndPoint}", EventName = "Listening")]
    public static partial void Listening(this ILogger logger, string listener, IPEndPoint endPoint);

    [LoggerMessage(3, LogLevel.Warning, "{Problem}", EventName = "ConfigurationWarning")]
    public static partial void ConfigurationWarning(this ILogger logger, string problem);

    [LoggerMessage(4, LogLevel.Information, "Draining, for {Seconds} s at most", EventName = "Draining")]
    public static partial void Draining(this ILogger logger, int seconds);

    [LoggerMessage(5, LogLevel.Information, "Stopped", EventName = "Stopped")]
    public static partial void Stopped(this ILogger logger);
}
