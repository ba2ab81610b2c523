using System.Text;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Importing;
using Posthouse.Gateway.Rules;

namespace Posthouse.Fuzz;

/// <summary>The loader of configurations: any bytes give a model or errors, each at a place in the text and in one line of a terminal.</summary>
static class ConfigTarget
{
    // What follows is a name of a file or of a variable of this machine, which the search is not to depend on.
    static readonly string[] OfTheMachine = ["file://", "%{env:", "include", "\"/", "'/"];

    public static void Load(ReadOnlySpan<byte> data)
    {
        var text = Encoding.Latin1.GetString(data);
        if (Array.Exists(OfTheMachine, word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
            return;
        var result = ConfigLoader.Parse(text, "fuzz.toml", static _ => new Nobody());
        Oracle.Holds(result.Model is null == result.Problems.Any(problem => problem.IsError), "neither a model nor an error, or both");
        var lines = text.Split('\n');
        foreach (var problem in result.Problems)
        {
            Oracle.Holds(problem.Line >= 1 && problem.Line <= lines.Length + 1, "a problem in no line");
            Oracle.Holds(problem.Column >= 1 && (problem.Line > lines.Length || problem.Column <= lines[problem.Line - 1].Length + 1), "a problem in no column");
            Oracle.Holds(!problem.ToString().Any(char.IsControl), "a control passed");
        }
        // Reading it again finds the same: no order of a hash decides anything.
        var again = ConfigLoader.Parse(text, "fuzz.toml", static _ => new Nobody());
        Oracle.Holds(again.Problems.SequenceEqual(result.Problems), "other problems the second time");
        if (DirectoryImport.Parse(text, "fuzz.toml").Toml is { } imported)
            Oracle.Holds(!ConfigLoader.Parse(imported, "imported.toml", static _ => new Nobody()).Problems.Any(problem => problem.IsError), "an import with errors");
    }

    sealed class Nobody : IMembership
    {
        public string Name => "nobody";

        public ValueTask<Membership> ContainsAsync(string value, CancellationToken cancellationToken) => new(Membership.No);
    }
}
