using System.Text.Json.Nodes;
using Posthouse.Gateway.Config.Values;

namespace Posthouse.Gateway.Config.Schema;

/// <summary>The form of a value as a JSON schema.</summary>
static class JsonValueSchema
{
    // What a macro stands for is not known to an editor.
    const string Macro = @"^file://|%\{env:";

    static readonly string[] Off = ["false", "off", "disable", "none", "never"];

    /// <summary>A new object at each call, since a JSON node has one parent.</summary>
    public static JsonObject Of(ValueForm form) => form switch
    {
        ValueForm.TrueOrFalse => Choice([true, false, "true", "false"]),
        ValueForm.Off => AnyOf(Choice([false, .. Off.Select(word => (JsonNode)word)]), Pattern(InAnyCase(Off))),
        ValueForm.WholeNumber(var least, var most) => Integer(least, most),
        ValueForm.Words { Known.Count: 0 } => new JsonObject { ["type"] = "string" },
        ValueForm.Words(var known) => AnyOf(Choice([.. known.Select(word => (JsonNode)word)]), Pattern($"{InAnyCase(known)}|{Macro}")),
        ValueForm.Matching(var pattern) => Pattern($"{pattern}|{Macro}"),
        ValueForm.Fields(var keys) => new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(keys.Select(static key => KeyValuePair.Create(key.Name, (JsonNode?)Of(key.Form)))),
            ["required"] = new JsonArray([.. keys.Select(static key => (JsonNode)key.Name)]),
            ["additionalProperties"] = false,
        },
        ValueForm.Condition(var known) => JsonConditionSchema.Of(known),
        ValueForm.List(var item) => new JsonObject { ["type"] = "array", ["items"] = Of(item) },
        ValueForm.Either(var first, var second) => AnyOf(Of(first), Of(second)),
        _ => new JsonObject(),
    };

    /// <summary>Alternatives of alternatives become one row of them, which is what an editor shows.</summary>
    public static JsonObject AnyOf(params IEnumerable<JsonObject> schemas) => new()
    {
        ["anyOf"] = new JsonArray([.. schemas.SelectMany(schema =>
            schema is { Count: 1 } && schema["anyOf"] is JsonArray inner ? inner.Select(part => part!.DeepClone()) : [schema])]),
    };

    static JsonObject Choice(JsonNode[] values) => new() { ["enum"] = new JsonArray(values) };

    static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    static JsonObject Integer(long least, long most)
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = least };
        // Beyond that editors would show a bound that nobody meant.
        if (most < int.MaxValue)
            schema["maximum"] = most;
        return schema;
    }

    /// <summary>JSON schemas know no flag for it.</summary>
    static string InAnyCase(IEnumerable<string> words) => $"^({string.Join('|', words.Select(word => string.Concat(word.Select(InAnyCase))))})$";

    static string InAnyCase(char c) =>
        char.IsAsciiLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]" : c == '.' ? @"\." : c.ToString();
}
