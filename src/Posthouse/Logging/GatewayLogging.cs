using Microsoft.Extensions.Logging;

namespace Posthouse.Logging;

/// <summary>Which events are written.</summary>
static class GatewayLogging
{
    /// <summary>A factory that writes lines to <paramref name="output"/>; the framework's own events only from a warning on.</summary>
    public static ILoggerFactory Create(TextWriter output, LogLevel level, TimeProvider time)
    {
        var filter = new LoggerFilterOptions { MinLevel = level };
        filter.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
        var factory = new LoggerFactory([], filter);
        // Added afterwards, since a factory disposes, and so flushes, only such a provider.
        factory.AddProvider(new LineLoggerProvider(output, time));
        return factory;
    }

    /// <summary>The level that <c>global.tracing.level</c> names; <c>--verbose</c> asks for at least debug.</summary>
    public static LogLevel Level(string configured, bool verbose)
    {
        var level = configured switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "warn" or "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            "disable" or "none" => LogLevel.None,
            _ => LogLevel.Information,
        };
        return verbose && level > LogLevel.Debug ? LogLevel.Debug : level;
    }
}
