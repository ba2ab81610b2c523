using System.Collections;
using System.Globalization;
using System.Text;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>Defaults as they would be written.</summary>
static class DefaultText
{
    static readonly (string Unit, long Milliseconds)[] Units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    public static string Of(KeyDescription key) => key.DefaultNote ?? Of(key.Default) ?? "none";

    /// <summary>Null for what has no form in a file.</summary>
    public static string? Of(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        string text => TomlWriter.Quoted(text),
        int or long => Convert.ToString(value, CultureInfo.InvariantCulture),
        TimeSpan duration => TomlWriter.Quoted(Duration(duration)),
        Enum choice => TomlWriter.Quoted(Word(choice.ToString())),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => null,
    };

    static string Duration(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        var text = new StringBuilder();
        foreach (var (unit, length) in Units)
        {
            if (rest / length > 0)
                text.Append(CultureInfo.InvariantCulture, $"{rest / length}{unit}");
            rest %= length;
        }
        return text.Length == 0 ? "0s" : text.ToString();
    }

    static string Word(string name) =>
        string.Concat(name.Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
