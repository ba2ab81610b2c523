using Posthouse.Gateway.Config;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>Writes problems as <c>file:line:column: error: key: message</c>, with the line itself and a caret below.</summary>
sealed class CheckReport(TextWriter output, bool showSource, bool isColoured = false)
{
    const int LongestLine = 160;
    static readonly string[] Telltales = ["pass", "priv", "secr", "token"];

    public void Write(string path, ConfigResult result)
    {
        var sources = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var problem in result.Problems.OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line).ThenBy(p => p.Column))
        {
            output.WriteLine(Coloured(problem, PrintableText.Of(problem.ToString())));
            if (showSource)
                WriteSource(problem, sources);
        }

        if (!result.Problems.Any(problem => problem.IsError))
            output.WriteLine($"{PrintableText.Of(path)}: ok{Warnings(result.Problems.Count)}");
    }

    // The text holds no escape of its own any more: what is coloured is found by what stands before it.
    string Coloured(ConfigProblem problem, string text)
    {
        var place = PrintableText.Of(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{problem.File}:{problem.Line}:{problem.Column}: "));
        var word = problem.IsError ? "error" : "warning";
        return isColoured ? $"\e[1m{place}\e[{(problem.IsError ? "31" : "33")}m{word}\e[0m{text[(place.Length + word.Length)..]}" : text;
    }

    static string Warnings(int count) => count switch
    {
        0 => "",
        1 => ", 1 warning",
        _ => $", {count} warnings",
    };

    void WriteSource(ConfigProblem problem, Dictionary<string, string[]> sources)
    {
        if (!sources.TryGetValue(problem.File, out var lines))
            sources.Add(problem.File, lines = Read(problem.File));
        if (problem.Line < 1 || problem.Line > lines.Length)
            return;

        var line = lines[problem.Line - 1];
        if (MayHoldSecret(problem, line) || line.Length > LongestLine)
            return;

        // Every control character becomes one blank, so that the caret keeps its column.
        var number = problem.Line.ToString(System.Globalization.CultureInfo.InvariantCulture);
        output.WriteLine($"  {number} | {string.Create(line.Length, line, static (shown, from) => PrintableText.Blank(from, shown))}");
        output.WriteLine($"  {new string(' ', number.Length)} | {new string(' ', Math.Clamp(problem.Column - 1, 0, line.Length))}^");
    }

    // A list may hold user:secret entries, in a line that is no TOML too; and a key that should say secret may be misspelt, in an auth
    // table above all. Sessions have one without secrets.
    static bool MayHoldSecret(ConfigProblem problem, string line) =>
        problem.Key.StartsWith("list.", StringComparison.Ordinal)
        || (problem.Key.Length == 0 && line.Contains(':', StringComparison.Ordinal))
        || (!problem.Key.StartsWith("session.", StringComparison.Ordinal) && Tells(problem.Key, line, "auth"))
        || Telltales.Any(word => Tells(problem.Key, line, word));

    static bool Tells(string key, string line, string word) =>
        key.Contains(word, StringComparison.OrdinalIgnoreCase) || line.Contains(word, StringComparison.OrdinalIgnoreCase);

    static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // The problem itself is told; its line is only a courtesy.
        }
    }
}
