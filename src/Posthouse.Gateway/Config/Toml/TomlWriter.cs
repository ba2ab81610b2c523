using System.Globalization;
using System.Text;

namespace Posthouse.Gateway.Config.Toml;

/// <summary>Writes values as TOML of one line, without control characters; what they stand in may change them first.</summary>
static class TomlWriter
{
    /// <summary>The value as it was written, but for blanks, kinds of quotes and comments. It may hold secrets.</summary>
    public static string Write(TomlNode node) => Write(node, static text => text.Value);

    /// <param name="node">The value.</param>
    /// <param name="shown">What stands for a string.</param>
    public static string Write(TomlNode node, Func<TomlText, string> shown) => node switch
    {
        TomlText text => Quoted(shown(text)),
        TomlInteger integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        TomlFlag flag => flag.Value ? "true" : "false",
        TomlArray array => $"[{string.Join(", ", array.Items.Select(item => Write(item, shown)))}]",
        TomlTable { Entries.Count: 0 } => "{}",
        TomlTable table => $"{{ {string.Join(", ", table.Entries.Select(entry => $"{Name(entry.Key)} = {Write(entry.Value, shown)}"))} }}",
        _ => Quoted(node.Kind),
    };

    /// <summary>A part of a key, in quotes where it needs them.</summary>
    public static string Name(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? part : Quoted(part);

    public static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
