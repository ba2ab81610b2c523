using System.Globalization;

namespace Posthouse.Gateway.Config.Toml;

/// <summary>Goes through a text that is no TOML by its brackets and quotes, and finds the first that is not closed or closes nothing.</summary>
sealed class SyntaxScan(string text)
{
    readonly Stack<int> _open = [];
    bool _isHeader;
    bool _isInside;

    /// <summary>The outermost bracket that was open where the last line began; null for none.</summary>
    public int? IsOpenAt { get; private set; }

    /// <summary>Null where brackets and quotes are well up to <paramref name="end"/>, the end of a line.</summary>
    public SyntaxFault? FindBefore(int end)
    {
        var isLineStart = true;
        for (var i = 0; i < end; i++)
        {
            var c = text[i];
            if (c == '\n')
            {
                if (EndLine() is { } open)
                    return open;
                isLineStart = true;
                continue;
            }
            if (isLineStart && c == '[' && _open.Count == 0)
                _isHeader = true;
            isLineStart &= c is ' ' or '\t';
            switch (c)
            {
                case '#':
                    i = End('\n', i, end) - 1;
                    break;
                case '"' or '\'':
                    if (SkipString(ref i, end) is { } fault)
                        return fault;
                    break;
                case '[' or '{':
                    _open.Push(i);
                    break;
                case ']' or '}':
                    if (Close(i) is { } stray)
                        return stray;
                    break;
                case '=' when _open.Count > 0 && text[_open.Peek()] == '[':
                    return _isHeader ? Header() : NotClosed(text, Outermost, i);
                case '\r' when i + 1 == text.Length || text[i + 1] != '\n':
                    return new(i, "a carriage return by itself ends no line: lines end in LF or CRLF", false);
                case > '\x7e':
                    return new(i, Stranger(c), IsByItself);
            }
        }
        return end < text.Length || _open.Count == 0 ? _isHeader && _open.Count > 0 ? Header() : null
            : _isHeader ? Header() : NotClosed(text, Outermost, end);
    }

    /// <summary>Of a bracket that still waits for its end at <paramref name="at"/>.</summary>
    public static SyntaxFault NotClosed(string text, int bracket, int at)
    {
        var line = text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1;
        var (opening, closing) = text[bracket] == '[' ? ('[', ']') : ('{', '}');
        var end = at >= text.Length ? ", the end of the file" : "";
        return new(bracket, string.Create(CultureInfo.InvariantCulture, $"this {opening} is not closed: its {closing} is missing before line {line}{end}"), false);
    }

    /// <summary>What follows the line can be read without it.</summary>
    bool IsByItself => !_isInside && !_isHeader;

    int Outermost => _open.Last();

    SyntaxFault? EndLine()
    {
        if (_open.Count > 0 && _isHeader)
            return Header();
        (_isHeader, _isInside) = (false, _open.Count > 0);
        IsOpenAt = _isInside ? Outermost : null;
        return null;
    }

    SyntaxFault Header() => new(Outermost, "the header of a table ends in ] (of one in a list of tables in ]]), which is missing on this line", false);

    SyntaxFault? Close(int at)
    {
        var opening = text[at] == ']' ? '[' : '{';
        if (_open.Count == 0)
            return new(at, $"this {text[at]} closes nothing: there is no {opening} before it", true);
        if (text[_open.Peek()] == opening)
        {
            _open.Pop();
            return null;
        }
        var line = text.AsSpan(0, _open.Peek()).Count('\n') + 1;
        return new(at, string.Create(CultureInfo.InvariantCulture, $"this {text[at]} does not close the {text[_open.Peek()]} of line {line}"), !_isInside);
    }

    /// <summary>Leaves <paramref name="i"/> at the last quote.</summary>
    SyntaxFault? SkipString(ref int i, int end)
    {
        var (start, quote) = (i, text[i]);
        var isLong = text.AsSpan(i).StartsWith(quote == '"' ? "\"\"\"" : "'''");
        for (i += isLong ? 3 : 1; i < text.Length && (isLong || text[i] != '\n'); i++)
        {
            if (text[i] == '\\' && quote == '"')
            {
                if (i + 1 < text.Length && !IsEscape(text[i + 1], isLong))
                    return new(i, "this backslash begins no escape: in '...' it stands for itself, in \"...\" it is written \\\\", IsByItself && !isLong);
                i++;
            }
            else if (text[i] == quote && (!isLong || text.AsSpan(i).StartsWith(quote == '"' ? "\"\"\"" : "'''")))
            {
                while (isLong && i + 3 < text.Length && text[i + 3] == quote)
                    i++;
                i += isLong ? 2 : 0;
                return null;
            }
        }
        if (start >= end)
            return null;
        return isLong
            ? new(start, $"the text that begins here is not closed: a {new string(quote, 3)} is missing", false)
            : new(start, $"the text that begins here is not closed: a {quote} is missing on this line", IsByItself);
    }

    static bool IsEscape(char c, bool isLong) =>
        c is 'b' or 't' or 'n' or 'f' or 'r' or '"' or '\\' or 'u' or 'U' || (isLong && c is '\n' or '\r' or ' ' or '\t');

    int End(char mark, int from, int end) => text.IndexOf(mark, from, end - from) is >= 0 and var found ? found : end;

    static string Stranger(char c) => c switch
    {
        '\u201c' or '\u201d' or '\u201e' or '\u2018' or '\u2019' or '\u201a' or '\u00ab' or '\u00bb' =>
            "this is a typographic quote: TOML takes \" and ' alone",
        '\u00a0' or '\u2007' or '\u202f' or '\u3000' or '\u200b' or '\ufeff' =>
            string.Create(CultureInfo.InvariantCulture, $"this is a blank of another kind (U+{(int)c:X4}), perhaps pasted: write a plain one"),
        _ => "a key or a value with letters beyond ASCII needs quotes",
    };
}
