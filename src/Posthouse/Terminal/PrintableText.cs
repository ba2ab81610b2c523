using System.Globalization;
using System.Text;

namespace Posthouse.Terminal;

/// <summary>Makes text from a file, a client or a host harmless to a terminal and to a log: one line, no control and no invisible characters.</summary>
static class PrintableText
{
    /// <summary>The text with everything that is not printable written as an escape.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var printable = new StringBuilder(text.Length);
        Append(printable, text);
        return printable.ToString();
    }

    public static void Append(StringBuilder to, ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
                to.Append(text[at++]).Append(text[at]);
            else if (IsPrintable(text[at]))
                to.Append(text[at]);
            else
                AppendEscape(to, text[at]);
        }
    }

    /// <summary>Copies the text with a blank for each character that is not printable, so that columns stay.</summary>
    public static void Blank(ReadOnlySpan<char> from, Span<char> to)
    {
        for (var at = 0; at < from.Length; at++)
            to[at] = IsPrintable(from[at]) ? from[at] : ' ';
    }

    // Format characters reorder or hide what stands around them.
    static bool IsPrintable(char c) => c is >= ' ' and <= '~'
        || (c > '\u009f' && char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse));

    static void AppendEscape(StringBuilder to, char c)
    {
        switch (c)
        {
            case '\n':
                to.Append("\\n");
                break;
            case '\r':
                to.Append("\\r");
                break;
            case '\t':
                to.Append("\\t");
                break;
            default:
                to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                break;
        }
    }
}
