using System.Diagnostics.CodeAnalysis;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Posthouse.Gateway.Config.Toml;

/// <summary>How much of a text was read.</summary>
enum TomlReading
{
    /// <summary>Its brackets or quotes are such that nothing can be told of the rest.</summary>
    Nothing,

    /// <summary>Some lines are no TOML.</summary>
    Part,
    Whole,
}

/// <summary>Reads TOML text into a table that knows where each value stands.</summary>
static class TomlFile
{
    /// <summary>Lines that are left out before the whole is: a file of another kind has a fault on each.</summary>
    const int MostFaults = 10;

    /// <summary>Each fault takes another reading.</summary>
    const int LongestRead = 1024 * 1024;

    /// <summary>Adds what the text says to <paramref name="root"/>, but for the lines that are no TOML, which are told of.</summary>
    public static TomlReading Read(string text, string file, TomlTable root, ConfigFindings findings)
    {
        if (FindLoneSurrogate(text) is >= 0 and var surrogate)
        {
            findings.Error(PlaceOf(text, surrogate, file), "", "is not Unicode text");
            return TomlReading.Nothing;
        }
        var lines = new LineStarts(text);
        for (var faults = 0; ; faults++)
        {
            if (!TryParse(text, file, findings, out var document))
                return TomlReading.Nothing;
            if (FirstFault(document, text) is not { } fault)
            {
                new TomlTreeBuilder(findings, file, lines).Add(document, root);
                return faults == 0 ? TomlReading.Whole : TomlReading.Part;
            }
            findings.Error(PlaceOf(text, fault.Offset, file), "", $"is not valid TOML: {fault.Message}");
            if (!fault.IsOfOneLine || faults + 1 == MostFaults || text.Length > LongestRead || WithoutLine(text, fault.Offset) is not { } rest)
                return TomlReading.Nothing;
            text = rest;
        }
    }

    /// <summary>What can be read of a text with faults: enough to find something in it, too little to go by.</summary>
    public static TomlTable Glance(string text, string file)
    {
        var start = new Place(file, 1, 1);
        var root = new TomlTable(start, start, "", TableOrigin.Header);
        if (FindLoneSurrogate(text) < 0 && TryParse(text, file, new ConfigFindings(), out var document))
            new TomlTreeBuilder(new ConfigFindings(), file, new LineStarts(text)).Add(document, root);
        return root;
    }

    static bool TryParse(string text, string file, ConfigFindings findings, [NotNullWhen(true)] out DocumentSyntax? document)
    {
        document = null;
        var tooDeep = NestingScan.FindTooDeep(text);
        try
        {
            if (tooDeep < 0)
            {
                // Without the newline the parser throws at a backslash that ends the text.
                document = SyntaxParser.Parse(text + "\n", file, validate: false);
                return true;
            }
        }
        catch (TomlException)
        {
            // The parser's own bound on nesting, met where a malformed string misled the scan.
            tooDeep = 0;
        }
        findings.Error(PlaceOf(text, tooDeep, file), "", $"brackets are nested more than {NestingScan.MaxDepth} deep");
        return false;
    }

    /// <summary>A value that this program has written itself.</summary>
    public static TomlNode ReadValue(string written)
    {
        var start = new Place("", 1, 1);
        var table = new TomlTable(start, start, "", TableOrigin.Header);
        Read($"value = {written}", "", table, new ConfigFindings());
        return table.Entries["value"];
    }

    static SyntaxFault? FirstFault(DocumentSyntax document, string text)
    {
        if (!document.HasErrors)
            return null;
        var first = document.Diagnostics.First(static diagnostic => diagnostic.Kind == DiagnosticMessageKind.Error);
        var start = first.Span.Start;
        var offset = start.Offset < 0 || start.Offset > text.Length || start == TextPosition.Eof ? text.Length : start.Offset;
        return SyntaxFault.Explain(text, offset, WithoutQuotes(first.Message));
    }

    /// <summary>The text with blanks in the place of a line; null where it is blank already.</summary>
    static string? WithoutLine(string text, int offset)
    {
        var start = offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;
        var end = text.IndexOf('\n', start) is >= 0 and var found ? found : text.Length;
        return text.AsSpan(start, end - start).IsWhiteSpace() ? null : $"{text[..start]}{new string(' ', end - start)}{text[end..]}";
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
