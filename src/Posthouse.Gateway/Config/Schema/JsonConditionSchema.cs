using System.Text.Json.Nodes;
using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Schema;

/// <summary>If-blocks as JSON schemas: what may be asked at each stage is a definition of its own.</summary>
static class JsonConditionSchema
{
    const string AnyStage = "any";
    static readonly string[] Junctions = ["any-of", "all-of", "none-of"];

    /// <summary>What the other schemas here refer to.</summary>
    public static JsonObject Definitions()
    {
        var definitions = new JsonObject { [Name("condition", AnyStage)] = Table(Condition(AnyStage, Stages.Everything)) };
        foreach (var (stage, known) in Stages.Named)
        {
            definitions[Name("condition", stage)] = Table(Condition(stage, known));
            var branch = Condition(stage, known);
            // What they hold is the setting's affair.
            branch["then"] = new JsonObject();
            branch["else"] = new JsonObject();
            definitions[Name("branch", stage)] = Table(branch);
        }
        return definitions;
    }

    /// <summary>A condition by itself.</summary>
    /// <remarks>What stands beside a <c>$ref</c> an editor does not see (draft 7), hence the row of one.</remarks>
    public static JsonObject Of(VariableSet known) => new()
    {
        ["allOf"] = new JsonArray(Reference("condition", Stages.NameOf(known) ?? AnyStage)),
    };

    /// <summary><c>[ { if = …, then = V }, …, { else = V } ]</c></summary>
    public static JsonObject Block(ValueForm value, VariableSet known)
    {
        var stage = Stages.NameOf(known)!;
        return new JsonObject
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = new JsonObject
            {
                ["allOf"] = new JsonArray(Reference("branch", stage)),
                ["patternProperties"] = new JsonObject { ["^(then|else)$"] = JsonValueSchema.Of(value) },
                ["anyOf"] = new JsonArray(Requires("then"), Requires("else")),
            },
        };
    }

    static JsonObject Condition(string stage, VariableSet known)
    {
        var properties = new JsonObject
        {
            ["if"] = JsonValueSchema.Of(new ValueForm.Words([.. RuleVariableNames.All.Where(v => known.Contains(v.Variable)).Select(v => v.Name)])),
            ["rule"] = JsonValueSchema.Of(ValueForm.Text),
        };
        foreach (var head in Junctions)
            properties[head] = JsonValueSchema.AnyOf(
                Reference("condition", stage), new JsonObject { ["type"] = "array", ["items"] = Reference("condition", stage) });
        foreach (var op in ConditionOperators.All.Keys)
            properties[op] = new JsonObject { ["type"] = new JsonArray("string", "integer", "boolean") };
        return properties;
    }

    static JsonObject Table(JsonObject properties) =>
        new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };

    static JsonObject Requires(string name) => new() { ["required"] = new JsonArray(name) };

    static JsonObject Reference(string kind, string stage) => new() { ["$ref"] = $"#/definitions/{Name(kind, stage)}" };

    static string Name(string kind, string stage) => $"{kind}-at-{stage.ToLowerInvariant()}";
}
