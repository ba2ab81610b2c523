using System.Buffers;

namespace Posthouse.Gateway.Config.Toml;

/// <summary>Why a text is no TOML, in words of our own. They repeat nothing of the text, which may be a password without its quotes.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="IsOfOneLine">What follows the line can be read without it.</param>
readonly record struct SyntaxFault(int Offset, string Message, bool IsOfOneLine)
{
    /// <summary>What the parser met at <paramref name="offset"/>: often only the echo of something that stands before it.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="offset">Where the parser gave up.</param>
    /// <param name="message">Its own words, for what nothing here knows.</param>
    public static SyntaxFault Explain(string text, int offset, string message)
    {
        var scan = new SyntaxScan(text);
        return scan.FindBefore(EndOfLine(text, offset)) ?? OfLine(text, offset, scan.IsOpenAt, message);
    }

    /// <summary>Of a line in which brackets and quotes are well.</summary>
    static SyntaxFault OfLine(string text, int offset, int? openBracket, string message)
    {
        var start = offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;
        var line = text.AsSpan(start, EndOfLine(text, offset) - start);
        if (openBracket is { } bracket)
        {
            return LooksLikeHeader(line.Trim())
                ? SyntaxScan.NotClosed(text, bracket, start)
                : new(offset, MissesComma(message) ? Comma : message, false);
        }
        if (MissesComma(message))
            return new(offset, Comma, true);
        var indent = line.Length - line.TrimStart().Length;
        line = line.Trim();
        var equals = line.IndexOf('=');
        var key = equals < 0 ? line : line[..equals].TrimEnd();
        var value = equals < 0 ? [] : line[(equals + 1)..].Trim();
        if (line.StartsWith('['))
            return new(start + indent, "the header of a table is [name] or [name.id], an id with dots in quotes, and nothing behind it", false);
        if (equals < 0)
        {
            var isColon = key.IndexOf(':') > 0;
            return new(start + indent, isColon ? "= stands between a key and its value, not :" : "a line is a key = value, or the [header] of a table", true);
        }
        if (key.IsEmpty)
            return new(start + indent, "a key is missing before =", true);
        if (key[0] is not ('"' or '\'') && key.ContainsAny(' ', '\t') && !key.Contains('.'))
            return new(start + indent, "a key is one word; one with blanks needs quotes", true);
        if (value.IsEmpty || value[0] == '#')
            return new(start + indent, "a value is missing behind =", true);
        if (value is [.., ','] && value[0] is not ('[' or '{'))
            return new(start + indent, "a comma may not end this line", true);
        if (char.IsAsciiDigit(value[0]) && value.IndexOfAnyExcept(OfNumbers) < 0)
            return new(offset, value.ContainsAny(',', ' ') ? "a number has digits alone, and _ between them where you like" : "this number is too large", true);
        if (value[0] is '"' or '\'')
            return new(offset, "only a comment, which # begins, may follow a value on its line; a quote in a text is written \\\"", true);
        if (value[0] is '[' or '{' || value is "true" or "false")
            return new(offset, message, true);
        return new(
            offset,
            char.IsAsciiDigit(value[0]) ? "a value that is no plain number needs quotes, as in \"30s\" or \"25MB\"" : "a value that is text needs quotes: key = \"...\"",
            true);
    }

    static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789, ");

    const string Comma = "a comma is missing before this";

    static bool MissesComma(string message) => message.Contains("Missing a `,`", StringComparison.Ordinal);

    static bool LooksLikeHeader(ReadOnlySpan<char> line) => line is ['[', .., ']'] && line.IndexOfAny('=', ',', '{') < 0;

    static int EndOfLine(string text, int offset) => text.IndexOf('\n', Math.Min(offset, text.Length)) is >= 0 and var end ? end : text.Length;
}
