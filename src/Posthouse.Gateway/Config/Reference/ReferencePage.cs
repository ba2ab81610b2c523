using System.Text;
using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Reference;

/// <summary>docs/configuration.md, from the descriptions that the checker goes by.</summary>
static class ReferencePage
{
    static readonly string[] Order =
    [
        "", "remote.*", "server", "server.listener.*", "certificate.*", "session", "session.throttle.[]", "queue", "queue.throttle.[]",
        "queue.quota.[]", "resolver", "list", "rule", "management", "global.tracing",
    ];

    public static string Write()
    {
        var page = new StringBuilder(ReferenceFrame.Start);
        foreach (var shapes in ConfigSchema.Shapes.GroupBy(shape => shape.Path).OrderBy(shapes => Place(shapes.Key)))
        {
            page.Append("\n## ").Append(Title(shapes.Key)).Append("\n\n| key | type | default | example | if-block at | meaning |\n|---|---|---|---|---|---|\n");
            foreach (var key in shapes.SelectMany(shape => shape.Keys))
                page.Append(Row(key));
        }
        page.Append(ReferenceFrame.Rules);
        foreach (var (name, known) in Stages.Named)
            page.Append("| ").Append(name).Append(" | ").Append(known).Append(" |\n");
        page.Append(ReferenceFrame.OfTheEra);
        foreach (var path in EraKeys.Paths)
            page.Append("- `").Append(path).Append("`\n");
        return page.ToString();
    }

    static string Row(KeyDescription key)
    {
        var name = key.Name == "*" ? "`<id>`" : $"`{key.Name}`";
        var fallback = key.Default is { } written ? $"`{written}`" : DefaultText.InWords(key);
        var old = key.OldName is null ? "" : $" The old name `{key.OldName}` is taken too.";
        var notYet = key.IsActedOn ? "" : " *Read, not acted on yet.*";
        return $"| {name} | {Cell(key.TypeName)} | {Cell(fallback)} | `{Code(key.Example)}` | {StageOf(key)} | {Cell(key.Meaning)}{old}{notYet} |\n";
    }

    static string StageOf(KeyDescription key) =>
        Stages.NameOf(key.Known) ?? "value only";

    /// <summary>A section that the order forgets comes last, not nowhere.</summary>
    static int Place(string path) => Array.IndexOf(Order, path) is >= 0 and var place ? place : Order.Length;

    static string Title(string path) => path switch
    {
        "" => "Above all tables",
        _ when path.EndsWith(".[]", StringComparison.Ordinal) => $"`[[{path[..^3]}]]`",
        _ => $"`[{path.Replace("*", "<id>", StringComparison.Ordinal)}]`",
    };

    static string Cell(string text) => Code(text).Replace("<", "&lt;", StringComparison.Ordinal);

    /// <summary>Between backticks no other character means anything but the end of a cell.</summary>
    static string Code(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
