using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Posthouse.Gateway.Config.Toml;

/// <summary>Reads TOML text into a table that knows where each value stands.</summary>
static class TomlFile
{
    /// <summary>Adds what the text says to <paramref name="root"/>; a text that is not TOML adds nothing but its faults.</summary>
    public static void Read(string text, string file, TomlTable root, ConfigFindings findings)
    {
        if (NestingScan.FindTooDeep(text) is >= 0 and var offset)
        {
            findings.Error(PlaceOf(text, offset, file), "", $"brackets are nested more than {NestingScan.MaxDepth} deep");
            return;
        }
        if (FindLoneSurrogate(text) is >= 0 and var surrogate)
        {
            findings.Error(PlaceOf(text, surrogate, file), "", "is not Unicode text");
            return;
        }
        try
        {
            // Without the newline the parser throws at a backslash that ends the text.
            var document = SyntaxParser.Parse(text + "\n", file, validate: false);
            var lines = new LineStarts(text);
            if (document.HasErrors)
                Report(document.Diagnostics, text, file, lines, findings);
            else
                new TomlTreeBuilder(findings, file, lines).Add(document, root);
        }
        catch (TomlException)
        {
            // The parser's own bound on nesting, met where a malformed string misled the scan.
            findings.Error(new Place(file, 1, 1), "", $"brackets are nested more than {NestingScan.MaxDepth} deep");
        }
    }

    /// <summary>A value that this program has written itself.</summary>
    public static TomlNode ReadValue(string written)
    {
        var start = new Place("", 1, 1);
        var table = new TomlTable(start, start, "", TableOrigin.Header);
        Read($"value = {written}", "", table, new ConfigFindings());
        return table.Entries["value"];
    }

    /// <summary>After a quote that is never closed nearly every line is a fault; the first few are the true ones.</summary>
    const int MostFaults = 3;

    /// <summary>The first fault of each line, and no more than a few lines: what follows is mostly their echo.</summary>
    static void Report(DiagnosticsBag diagnostics, string text, string file, LineStarts starts, ConfigFindings findings)
    {
        var lines = new HashSet<int>();
        foreach (var diagnostic in diagnostics)
        {
            if (diagnostic.Kind != DiagnosticMessageKind.Error)
                continue;
            var start = diagnostic.Span.Start;
            var place = start.Offset < 0 || start.Offset > text.Length || start == TextPosition.Eof
                ? PlaceOf(text, text.Length, file)
                : new Place(file, start.Line + 1, starts.ColumnOf(start));
            if (lines.Count < MostFaults && lines.Add(place.Line))
                findings.Error(place, "", $"is not valid TOML: {WithoutQuotes(diagnostic.Message)}");
        }
    }

    /// <summary>The parser quotes what it stumbles over; an unquoted password must not end up in a log that way.</summary>
    static string WithoutQuotes(string message)
    {
        var parts = message.Split('`');
        for (var i = 1; i < parts.Length; i += 2)
            if (parts[i].Any(char.IsLetterOrDigit) && parts[i] is not ("<eof>" or "newline") && !parts[i - 1].EndsWith("(token: ", StringComparison.Ordinal))
                parts[i] = "...";
        return string.Join('`', parts);
    }

    /// <summary>The offset of half a character, at which the parser would throw, or -1. A file read as UTF-8 has none.</summary>
    static int FindLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return i;
            i++;
        }
        return -1;
    }

    static Place PlaceOf(string text, int offset, string file)
    {
        var before = text.AsSpan(0, offset);
        return new Place(file, before.Count('\n') + 1, offset - before.LastIndexOf('\n'));
    }
}
