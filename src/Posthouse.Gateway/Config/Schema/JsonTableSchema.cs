using System.Text.Json.Nodes;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Schema;

/// <summary>Tables and keys as a JSON schema; which name may stand where is decided as <see cref="SchemaCheck"/> does.</summary>
static class JsonTableSchema
{
    /// <summary>Of a table that each of <paramref name="here"/> describes a part of.</summary>
    public static JsonObject Of(IReadOnlyList<SchemaNode> here)
    {
        var properties = new JsonObject();
        foreach (var name in here.SelectMany(place => place.Names).Distinct())
            properties[name] = At([.. here.SelectMany(place => place.Follow(name))]);
        List<SchemaNode> belowId = [.. here.Select(place => place.BelowId).OfType<SchemaNode>()];
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = belowId.Count == 0 ? false : At(belowId),
        };
    }

    static JsonObject At(IReadOnlyList<SchemaNode> places)
    {
        if (places.FirstOrDefault(place => place.Key is not null && !place.HasChildren) is { Key: { } only })
            return Value(only);
        var schemas = new List<JsonObject>();
        if (places.FirstOrDefault(place => place.Key is not null) is { Key: { } key })
            schemas.Add(Value(key));
        if (places.Any(place => place.IsOfTheEra))
            schemas.Add(new JsonObject { ["description"] = "Of the Stalwart era, not implemented here and ignored." });
        List<SchemaNode> each = [.. places.Select(place => place.Each).OfType<SchemaNode>()];
        if (each.Count > 0)
            schemas.Add(new JsonObject { ["type"] = "array", ["items"] = Of(each) });
        List<SchemaNode> tables = [.. places.Where(place => place.BelowId is not null || place.Names.Any())];
        if (tables.Count > 0)
            schemas.Add(Of(tables));
        return schemas is [var one] ? one : JsonValueSchema.AnyOf(schemas);
    }

    static JsonObject Value(KeyDescription key)
    {
        var value = JsonValueSchema.Of(key.Form);
        var schema = key.Known == VariableSet.Empty ? value : JsonValueSchema.AnyOf(value, JsonConditionSchema.Block(key.Form, key.Known));
        schema["description"] = Describe(key);
        if (DefaultOf(key) is { } fallback)
            schema["default"] = fallback;
        return schema;
    }

    static string Describe(KeyDescription key) =>
        $"{key.Meaning} Takes {key.TypeName}{(key.IsRequired ? ", and is required" : "")}. Example: {key.Example}."
        + (key.DefaultNote is { } note ? $" Default: {note}." : "")
        + (key.IsActedOn ? "" : " Read, not acted on yet.");

    static JsonNode? DefaultOf(KeyDescription key) => key.Default is { } written ? Json(TomlFile.ReadValue(written)) : null;

    static JsonNode? Json(TomlNode node) => node switch
    {
        TomlFlag flag => flag.Value,
        TomlInteger number => number.Value,
        TomlText text => text.Value,
        TomlArray list => new JsonArray([.. list.Items.Select(Json)]),
        _ => null,
    };
}
