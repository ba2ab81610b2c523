using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Model;

namespace Posthouse.Gateway.Config.Sections;

/// <summary>Reads <c>[global.tracing]</c>.</summary>
static class TracingSection
{
    static readonly TracingModel Default = new();

    static readonly Key<TracingMethod> Method = new(
        "method",
        "Where the log goes. Only stdout is served yet, one line of key=value pairs an event; the others are written there too, "
        + "with a warning.",
        ConfigTypes.Choice(
            ("stdout", TracingMethod.Stdout), ("log", TracingMethod.Log), ("open-telemetry", TracingMethod.OpenTelemetry)),
        Default.Method) { Example = "\"stdout\"" };
    static readonly Key<string> Level = new(
        "level",
        "The least level that is logged; serve --verbose makes it debug. A change takes a restart.",
        ConfigTypes.Choice(("trace", "trace"), ("debug", "debug"), ("info", "info"), ("warn", "warn"), ("error", "error")),
        Default.Level) { Example = "\"debug\"" };
    static readonly Key<string?> LogPath = new(
        "path",
        "The place of the log's files, relative to the folder of this file; none are written yet.",
        ConfigTypes.Text.Where("a path", p => p.Length > 0 && !p.Contains('\0')).Select(p => (string?)p),
        null) { Example = "\"/var/log/posthouse\"", IsActedOn = false };

    public static TableShape Shape { get; } = new(
        "global.tracing",
        [
            Method, Level, LogPath,
            OfTheEra("prefix", "What the names of the log's files begin with.", "\"posthouse\""),
            OfTheEra("rotate", "How often a new file of the log is begun.", "\"daily\""),
            OfTheEra("transport", "How the collector is spoken to.", "\"http\""),
            OfTheEra("endpoint", "The URL of the collector.", "\"https://collector.example.org/v1/logs\""),
            new Key<bool>("ansi", "Whether the log is coloured.", ConfigTypes.Flag, false) { IsActedOn = false },
            new Key<IReadOnlyList<string>>(
                "headers",
                "Headers sent to the collector, which may hold its secret.",
                ConfigTypes.Text.ListOf(),
                []) { IsActedOn = false, IsSecret = true, Example = "[\"Authorization: %{env:COLLECTOR_TOKEN}%\"]" },
        ]);

    static Key<string> OfTheEra(string name, string meaning, string example) =>
        new(name, meaning, ConfigTypes.Text, "") { IsActedOn = false, Example = example };

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
