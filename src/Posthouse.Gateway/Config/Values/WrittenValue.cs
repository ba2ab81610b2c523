using System.Collections;
using System.Globalization;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Values;

/// <summary>Values as they would be written, where their types do not say how.</summary>
static class WrittenValue
{
    /// <summary>Null for what is none, and for what has no form in a file.</summary>
    public static string? Of(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        string text => text.Length == 0 ? null : TomlWriter.Quoted(text),
        int number => number.ToString(CultureInfo.InvariantCulture),
        long octets => octets == 0 ? null : TomlWriter.Quoted(Units.WriteSize(octets)),
        TimeSpan duration => TomlWriter.Quoted(Units.WriteDuration(duration)),
        IEnumerable items => ListOf(items.Cast<object?>().Select(Of)),
        _ => null,
    };

    /// <summary>Null where there is none, or one that has no form.</summary>
    public static string? ListOf(IEnumerable<string?> items)
    {
        var written = items.ToList();
        return written.Count == 0 || written.Contains(null) ? null : $"[{string.Join(", ", written)}]";
    }
}
