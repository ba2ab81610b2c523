using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[global.tracing]</c>.</summary>
static class TracingSection
{
    static readonly TracingModel Default = new();

    static readonly Key<TracingMethod> Method = new("method", ConfigTypes.Choice(
        ("stdout", TracingMethod.Stdout), ("log", TracingMethod.Log), ("open-telemetry", TracingMethod.OpenTelemetry)), Default.Method);
    static readonly Key<string> Level = new("level", ConfigTypes.Choice(
        ("trace", "trace"), ("debug", "debug"), ("info", "info"), ("warn", "warn"), ("error", "error")), Default.Level);
    static readonly Key<string?> LogPath = new("path", ConfigTypes.Text.Where("a path", p => p.Length > 0 && !p.Contains('\0')).Select(p => (string?)p), null);

    public static TableShape Shape { get; } = new(
        "global.tracing",
        [
            Method, Level, LogPath,
            .. new[] { "prefix", "rotate", "transport", "endpoint" }.Select(name => new Key<string>(name, ConfigTypes.Text, "") { IsActedOn = false }),
            new Key<bool>("ansi", ConfigTypes.Flag, false) { IsActedOn = false },
            new Key<IReadOnlyList<string>>("headers", ConfigTypes.Text.ListOf(), []) { IsActedOn = false },
        ]);

    public static TracingModel Read(TomlTable root, ReadScope scope)
    {
        var table = new TableReader(TablesById.OrEmpty(root, "global.tracing"), scope);
        var path = table.Read(LogPath);
        return new TracingModel
        {
            Method = table.Read(Method),
            Level = table.Read(Level),
            Path = path is null ? null : Path.GetFullPath(path, scope.Folder),
        };
    }
}
