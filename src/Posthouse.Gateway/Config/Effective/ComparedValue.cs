using System.Globalization;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>One form for all spellings of a value: <c>"60s"</c> and <c>"1m"</c>, <c>"x"</c> and <c>["x"]</c>. It holds secrets, so it is never shown.</summary>
static class ComparedValue
{
    public static string Of(TomlNode node, KeyDescription key)
    {
        if (key.TypeName.Contains("or false", StringComparison.Ordinal) && ConfigTypeCombining.IsOff(node))
            return "false";
        switch (node)
        {
            case TomlArray array when array.Items.Count > 0 && array.Items.TrueForAll(item => item is TomlTable):
                return $"[{string.Join(", ", array.Items.Select(item => Branch((TomlTable)item, key)))}]";
            case TomlArray { Items: [var only] }:
                return Of(only, key);
            case TomlArray array:
                return $"[{string.Join(", ", array.Items.Select(item => Of(item, key)))}]";
            case TomlText text:
                return OfText(text.Value, key) ?? TomlWriter.Write(node);
            default:
                return TomlWriter.Write(node);
        }
    }

    /// <summary>Of what holds where the file is silent: the very same form as if it were written.</summary>
    public static string OfDefault(KeyDescription key) =>
        key.Default is { } written ? Of(TomlFile.ReadValue(written), key) : DefaultText.InWords(key);

    static string Branch(TomlTable table, KeyDescription key) => $"{{ {string.Join(", ", table.Entries.Select(entry =>
        $"{TomlWriter.Name(entry.Key)} = {(entry.Key is "then" or "else" ? Of(entry.Value, key) : TomlWriter.Write(entry.Value))}"))} }}";

    static string? OfText(string text, KeyDescription key)
    {
        if (key.TypeName.StartsWith("a duration", StringComparison.Ordinal) && Units.TryParseDuration(text, out var duration, out _))
            return ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        if (key.TypeName.StartsWith("a size", StringComparison.Ordinal) && Units.TryParseSize(text, out var octets))
            return octets.ToString(CultureInfo.InvariantCulture);
        if (key.TypeName.StartsWith("true or", StringComparison.Ordinal))
            return text;
        return key.TypeName.StartsWith("one of", StringComparison.Ordinal) ? TomlWriter.Quoted(text.ToLowerInvariant()) : null;
    }
}
