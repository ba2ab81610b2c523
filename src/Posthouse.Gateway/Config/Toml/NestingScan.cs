namespace Posthouse.Gateway.Config.Toml;

/// <summary>
/// Refuses brackets nested too deep before a recursive parser sees them. It knows strings and comments only so far as to leave
/// brackets in them alone; what it misjudges in a malformed file the parser's own bound catches.
/// </summary>
static class NestingScan
{
    public const int MaxDepth = 64;

    /// <summary>The offset of the bracket that is one too deep, or -1.</summary>
    public static int FindTooDeep(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '[' or '{' when ++depth > MaxDepth:
                    return i;
                case ']' or '}' when depth > 0:
                    depth--;
                    break;
                case '#':
                    i = LineEnd(text, i) - 1;
                    break;
                case '"' or '\'':
                    i = SkipString(text, i);
                    break;
            }
        }
        return -1;
    }

    static int LineEnd(string text, int from) => text.IndexOf('\n', from) is >= 0 and var end ? end : text.Length;

    /// <summary>The offset of the string's last character.</summary>
    static int SkipString(string text, int start)
    {
        var quote = text[start];
        var isLong = start + 2 < text.Length && text[start + 1] == quote && text[start + 2] == quote;
        var i = isLong ? start + 3 : start + 1;
        for (; i < text.Length; i++)
        {
            if (text[i] == '\\' && quote == '"')
                i++;
            else if (text[i] == '\n' && !isLong)
                return i;
            else if (text[i] == quote && !isLong)
                return i;
            else if (text[i] == quote && string.CompareOrdinal(text, i, new string(quote, 3), 0, 3) == 0)
                return SkipQuotes(text, i + 2);
        }
        return text.Length;
    }

    /// <summary>A long string may end in up to two quotes of its own before the closing three.</summary>
    static int SkipQuotes(string text, int last)
    {
        for (var extra = 0; extra < 2 && last + 1 < text.Length && text[last + 1] == text[last]; extra++)
            last++;
        return last;
    }
}
