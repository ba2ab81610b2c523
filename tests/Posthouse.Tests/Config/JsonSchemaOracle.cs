using System.Text.Json;
using System.Text.RegularExpressions;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Tests.Config;

/// <summary>Says of a TOML tree what an editor would by a JSON schema; knows the words that ours uses and no other.</summary>
sealed class JsonSchemaOracle(JsonElement root)
{
    /// <summary>The full name of what is refused, the deepest first found; null where all is taken.</summary>
    public string? Refused(TomlNode node) => Refused(node, root);

    /// <summary>By a part of the schema alone.</summary>
    public string? Refused(TomlNode node, JsonElement schema)
    {
        foreach (var word in schema.EnumerateObject())
            if (Refused(node, schema, word.Name, word.Value) is { } refused)
                return refused;
        return null;
    }

    string? Refused(TomlNode node, JsonElement schema, string word, JsonElement value) => word switch
    {
        "$schema" or "title" or "description" or "default" or "definitions" => null,
        "$ref" => Refused(node, root.GetProperty("definitions").GetProperty(value.GetString()!["#/definitions/".Length..])),
        "type" => Unless(value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Any(t => IsOf(node, t.GetString())) : IsOf(node, value.GetString()), node),
        "enum" => Unless(value.EnumerateArray().Any(choice => IsEqual(node, choice)), node),
        "pattern" => Unless(node is not TomlText text || Regex.IsMatch(text.Value, value.GetString()!, RegexOptions.CultureInvariant), node),
        "minimum" => Unless(node is not TomlInteger number || number.Value >= value.GetInt64(), node),
        "maximum" => Unless(node is not TomlInteger number || number.Value <= value.GetInt64(), node),
        "minItems" => Unless(node is not TomlArray array || array.Items.Count >= value.GetInt32(), node),
        "required" => Unless(node is not TomlTable table || value.EnumerateArray().All(name => table.Entries.ContainsKey(name.GetString()!)), node),
        "items" => (node as TomlArray)?.Items.Select(item => Refused(item, value)).FirstOrDefault(refused => refused is not null),
        "allOf" => value.EnumerateArray().Select(part => Refused(node, part)).FirstOrDefault(refused => refused is not null),
        "anyOf" => value.EnumerateArray().Select(part => Refused(node, part)).MinBy(refused => refused is null ? 0 : 1),
        "properties" => (node as TomlTable)?.Entries
            .Select(entry => value.TryGetProperty(entry.Key, out var below) ? Refused(entry.Value, below) : null).FirstOrDefault(refused => refused is not null),
        "patternProperties" => (node as TomlTable)?.Entries.SelectMany(entry => value.EnumerateObject()
            .Where(pattern => Regex.IsMatch(entry.Key, pattern.Name, RegexOptions.CultureInvariant)).Select(pattern => Refused(entry.Value, pattern.Value)))
            .FirstOrDefault(refused => refused is not null),
        "additionalProperties" => (node as TomlTable)?.Entries.Where(entry => !schema.GetProperty("properties").TryGetProperty(entry.Key, out _))
            .Select(entry => value.ValueKind == JsonValueKind.False ? entry.Value.Key : Refused(entry.Value, value)).FirstOrDefault(refused => refused is not null),
        _ => throw new InvalidOperationException($"{word} is not a word that this oracle knows."),
    };

    static string? Unless(bool isTaken, TomlNode node) => isTaken ? null : node.Key;

    static bool IsOf(TomlNode node, string? type) => type switch
    {
        "object" => node is TomlTable,
        "array" => node is TomlArray,
        "string" => node is TomlText,
        "integer" => node is TomlInteger,
        "boolean" => node is TomlFlag,
        _ => false,
    };

    static bool IsEqual(TomlNode node, JsonElement choice) => node switch
    {
        TomlText text => choice.ValueKind == JsonValueKind.String && choice.GetString() == text.Value,
        TomlFlag flag => choice.ValueKind == (flag.Value ? JsonValueKind.True : JsonValueKind.False),
        _ => false,
    };
}
