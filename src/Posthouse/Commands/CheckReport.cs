using System.Collections.Frozen;
using Posthouse.Gateway.Config;
using Posthouse.Gateway.Config.Effective;
using Posthouse.Terminal;

namespace Posthouse.Commands;

/// <summary>Writes problems as <c>file:line:column: error: key: message</c>, with the line itself and a caret below.</summary>
sealed class CheckReport(TextWriter output, bool showSource, bool isColoured = false)
{
    const int LongestLine = 160;

    public void Write(string path, ConfigResult result)
    {
        var sources = new Dictionary<string, (string[] Lines, IReadOnlySet<int> Secret)>(StringComparer.Ordinal);
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

    void WriteSource(ConfigProblem problem, Dictionary<string, (string[] Lines, IReadOnlySet<int> Secret)> sources)
    {
        if (!sources.TryGetValue(problem.File, out var source))
            sources.Add(problem.File, source = Read(problem.File));
        if (problem.Line < 1 || problem.Line > source.Lines.Length || source.Secret.Contains(problem.Line))
            return;

        var line = source.Lines[problem.Line - 1];
        if (line.Length > LongestLine)
            return;

        // Every control character becomes one blank, so that the caret keeps its column.
        var number = problem.Line.ToString(System.Globalization.CultureInfo.InvariantCulture);
        output.WriteLine($"  {number} | {string.Create(line.Length, line, static (shown, from) => PrintableText.Blank(from, shown))}");
        output.WriteLine($"  {new string(' ', number.Length)} | {new string(' ', Math.Clamp(problem.Column - 1, 0, line.Length))}^");
    }

    static (string[] Lines, IReadOnlySet<int> Secret) Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            return ([.. text.Split('\n').Select(static line => line.TrimEnd('\r'))], SecretLines.In(text, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], FrozenSet<int>.Empty); // The problem itself is told; its line is only a courtesy.
        }
    }
}
