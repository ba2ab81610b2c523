using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Posthouse.Gateway.Config.Schema;

/// <summary>The dialect as a JSON schema for editors, from the descriptions that the checker goes by.</summary>
/// <remarks>It refuses nothing that the checker takes. What references and macros stand for only the checker sees.</remarks>
public static class ConfigJsonSchema
{
    /// <summary>Draft 7, the newest that taplo reads; indented, with one line feed at the end.</summary>
    public static string Write()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Posthouse configuration",
        };
        foreach (var (name, part) in JsonTableSchema.Of([ConfigSchema.Root]).ToList())
            schema[name] = part?.DeepClone();
        schema["definitions"] = JsonConditionSchema.Definitions();

        using var written = new MemoryStream();
        // Nothing of it is put into HTML, and people read it.
        using (var writer = new Utf8JsonWriter(written, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            schema.WriteTo(writer);
        return Encoding.UTF8.GetString(written.ToArray()) + "\n";
    }
}
