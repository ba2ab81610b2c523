using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Posthouse.Terminal;

namespace Posthouse.Logging;

/// <summary>One event as one line: <c>time=2026-11-23T08:17:49.123Z level=info source=Gateway.Queue event=Committed msg="…"</c>.</summary>
static class LogfmtLine
{
    const string OurNamespace = "Posthouse.";

    public static string Format(DateTimeOffset time, LogLevel level, string category, EventId id, string message, Exception? exception)
    {
        var line = new StringBuilder(160);
        line.Append(CultureInfo.InvariantCulture, $"time={time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} level={Name(level)}");
        AppendField(line, "source", category.StartsWith(OurNamespace, StringComparison.Ordinal) ? category[OurNamespace.Length..] : category);
        if (id.Name is { Length: > 0 } name)
            AppendField(line, "event", name);
        AppendField(line, "msg", message);
        if (exception is not null)
            AppendField(line, "error", level >= LogLevel.Error ? exception.ToString() : $"{exception.GetType().Name}: {exception.Message}");
        return line.ToString();
    }

    static void AppendField(StringBuilder line, string key, string value)
    {
        line.Append(' ').Append(key).Append('=');
        if (value.Length > 0 && !value.AsSpan().ContainsAny(" =\"\\") && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            line.Append(value);
            return;
        }

        line.Append('"');
        PrintableText.Append(line, value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));
        line.Append('"');
    }

    static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
