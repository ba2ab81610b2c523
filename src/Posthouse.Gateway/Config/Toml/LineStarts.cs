using Tomlyn.Syntax;

namespace Posthouse.Gateway.Config.Toml;

/// <summary>
/// Columns in UTF-16 units, as editors and our own report count them. The parser counts characters, so that its columns are short behind one that
/// takes two units.
/// </summary>
sealed class LineStarts
{
    // Null where the two ways of counting agree.
    readonly List<int>? _offsets;

    public LineStarts(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return;
        _offsets = [0];
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\n')
                _offsets.Add(i + 1);
    }

    /// <summary>From 1.</summary>
    public int ColumnOf(TextPosition position) =>
        _offsets is not null && position.Line < _offsets.Count ? position.Offset - _offsets[position.Line] + 1 : position.Column + 1;
}
