using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[global.tracing]</c>.</summary>
static class TracingSection
{
    static readonly TracingModel Default = new();

    static readonly Key<TracingMethod> Method = new("method", "Where the log goes.", ConfigTypes.Choice(
        ("stdout", TracingMethod.Stdout), ("log", TracingMethod.Log), ("open-telemetry", TracingMethod.OpenTelemetry)), Default.Method);
    static readonly Key<string> Level = new("level", "The least level that is logged.", ConfigTypes.Choice(
        ("trace", "trace"), ("debug", "debug"), ("info", "info"), ("warn", "warn"), ("error", "error")), Default.Level);
    static readonly Key<string?> LogPath = new("path", "The place of the log's files, taken from the folder of this file.", ConfigTypes.Text.Where("a path", p => p.Length > 0 && !p.Contains('\0')).Select(p => (string?)p), null) { IsActedOn = false };

    public static TableShape Shape { get; } = new(
        "global.tracing",
        [
            Method, Level, LogPath,
            .. new[] { "prefix", "rotate", "transport", "endpoint" }.Select(name => new Key<string>(name, $"The {name} of the log, as the era had it.", ConfigTypes.Text, "") { IsActedOn = false }),
            new Key<bool>("ansi", "Whether the log is coloured.", ConfigTypes.Flag, false) { IsActedOn = false },
            new Key<IReadOnlyList<string>>("headers", "Headers sent to the collector.", ConfigTypes.Text.ListOf(), []) { IsActedOn = false },
        ]);

    public static TracingModel Read(TomlTable root, ReadScope scope)
    {
        var table = new TableReader(TablesById.OrEmpty(root, "global.tracing"), scope);
        var path = table.Read(LogPath);
        var method = table.Read(Method);
        if (method != Default.Method)
            scope.Findings.Warn(table.Find(Method)!, "is read but not acted on yet: the log goes to stdout");
        return new TracingModel
        {
            Method = method,
            Level = table.Read(Level),
            Path = path is null ? null : Path.GetFullPath(path, scope.Folder),
        };
    }
}
