using Tomlyn.Syntax;

namespace Posthouse.Gateway.Config.Toml;

/// <summary>
/// Turns the syntax of one file into tables, and adds them to those of the files before it. Refuses what TOML refuses: a key
/// or a header twice, a value used as a table, an addition to an inline table. The parser's own check of this repeats the
/// line in its message, secrets included, so it stays off.
/// </summary>
sealed class TomlTreeBuilder(ConfigFindings findings, string file, LineStarts lines)
{
    // Headers, dotted keys and inline tables together: what reads the tables later goes down by recursion.
    const int MaxDepth = 64;

    public void Add(DocumentSyntax document, TomlTable root)
    {
        foreach (var entry in document.KeyValues)
            AddEntry(root, entry);
        foreach (var header in document.Tables)
        {
            if (header.Name is not { } name || OpenHeader(root, PathOf(name), header is TableArraySyntax) is not { } table)
            {
                findings.LacksPart();
                continue;
            }
            foreach (var entry in header.Items)
                AddEntry(table, entry);
        }
    }

    /// <summary>Null with the reason reported: what stands below it is not read.</summary>
    TomlTable? OpenHeader(TomlTable root, List<Segment> path, bool isArray)
    {
        var parent = root;
        foreach (var segment in path.SkipLast(1))
        {
            if (Descend(parent, segment, TableOrigin.Implied) is not { } next)
                return null;
            parent = next;
        }
        return path.Count == 0 ? null : isArray ? AppendTable(parent, path[^1]) : OpenTable(parent, path[^1]);
    }

    TomlTable? OpenTable(TomlTable parent, Segment segment)
    {
        if (!parent.Entries.TryGetValue(segment.Name, out var known))
        {
            if (IsTooDeep(parent, segment))
                return null;
            var table = new TomlTable(segment.Place, segment.Place, parent.NameOf(segment.Written), TableOrigin.Header) { Depth = parent.Depth + 1 };
            table.HeaderFiles.Add(file);
            parent.TryAdd(segment.Name, table);
            return table;
        }
        if (known is not TomlTable { Origin: TableOrigin.Implied or TableOrigin.Header } open || open.HeaderFiles.Contains(file))
        {
            Duplicate(parent, segment, known);
            return null;
        }
        open.HeaderFiles.Add(file);
        return open;
    }

    TomlTable? AppendTable(TomlTable parent, Segment segment)
    {
        if (IsTooDeep(parent, segment))
            return null;
        var key = parent.NameOf(segment.Written);
        if (!parent.Entries.TryGetValue(segment.Name, out var known))
            parent.TryAdd(segment.Name, known = new TomlArray(segment.Place, segment.Place, key, isOfHeaders: true));
        if (known is not TomlArray { IsOfHeaders: true } array)
        {
            Duplicate(parent, segment, known);
            return null;
        }
        var table = new TomlTable(segment.Place, segment.Place, key, TableOrigin.Header) { Depth = parent.Depth + 1 };
        array.Items.Add(table);
        return table;
    }

    void AddEntry(TomlTable table, KeyValueSyntax entry)
    {
        if (entry.Key is not { } key || entry.Value is not { } value)
            return;
        var path = PathOf(key);
        foreach (var segment in path.SkipLast(1))
        {
            if (Descend(table, segment, TableOrigin.Dotted) is not { } next)
                return;
            table = next;
        }
        if (path.Count == 0)
            return;
        var last = path[^1];
        if (table.Entries.TryGetValue(last.Name, out var known))
            Duplicate(table, last, known);
        else
            table.TryAdd(last.Name, Read(value, last, table, table.NameOf(last.Written)));
    }

    TomlTable? Descend(TomlTable parent, Segment segment, TableOrigin origin)
    {
        if (!parent.Entries.TryGetValue(segment.Name, out var known))
        {
            if (IsTooDeep(parent, segment))
                return null;
            var table = new TomlTable(segment.Place, segment.Place, parent.NameOf(segment.Written), origin) { Depth = parent.Depth + 1 };
            parent.TryAdd(segment.Name, table);
            return table;
        }
        switch (known)
        {
            case TomlTable { Origin: not TableOrigin.Inline } table:
                return table;
            case TomlArray { IsOfHeaders: true } array when origin == TableOrigin.Implied:
                return (TomlTable)array.Items[^1];
            default:
                Duplicate(parent, segment, known);
                return null;
        }
    }

    TomlNode Read(ValueSyntax value, Segment segment, TomlTable parent, string key)
    {
        var (place, keyPlace) = (PlaceOf(value.Span.Start), segment.Place);
        switch (value)
        {
            case StringValueSyntax text:
                return new TomlText(place, keyPlace, key, text.Value ?? "");
            case IntegerValueSyntax integer:
                return new TomlInteger(place, keyPlace, key, integer.Value);
            case BooleanValueSyntax flag:
                return new TomlFlag(place, keyPlace, key, flag.Value);
            case ArraySyntax array:
                var list = new TomlArray(place, keyPlace, key, isOfHeaders: false);
                foreach (var item in array.Items)
                    if (item.Value is { } inner)
                        list.Items.Add(Read(inner, segment with { Place = PlaceOf(inner.Span.Start) }, parent, key));
                return list;
            case InlineTableSyntax inline:
                // Open while its own keys are added, closed to whatever comes after.
                var table = new TomlTable(place, keyPlace, key, TableOrigin.Inline) { Depth = parent.Depth + 1 };
                if (IsTooDeep(parent, segment))
                    return table;
                foreach (var item in inline.Items)
                    if (item.KeyValue is { } entry)
                        AddEntry(table, entry);
                return table;
            default:
                return new TomlOther(place, keyPlace, key, value is FloatValueSyntax ? "a float" : "a date or time");
        }
    }

    bool IsTooDeep(TomlTable parent, Segment segment)
    {
        if (parent.Depth < MaxDepth)
            return false;
        findings.Error(segment.Place, segment.Written, $"is nested more than {MaxDepth} deep");
        return true;
    }

    void Duplicate(TomlTable parent, Segment segment, TomlNode known) => findings.Error(
        segment.Place, parent.NameOf(segment.Written), $"is already {(known is TomlTable ? "defined" : "set")} at {known.KeyPlace.File}:{known.KeyPlace.Line}");

    List<Segment> PathOf(KeySyntax key)
    {
        var path = new List<Segment>();
        if (key.Key is { } first)
            path.Add(SegmentOf(first));
        foreach (var dotted in key.DotKeys)
            if (dotted.Key is { } next)
                path.Add(SegmentOf(next));
        if (path.Count <= MaxDepth)
            return path;
        findings.Error(path[0].Place, path[0].Written, $"is nested more than {MaxDepth} deep");
        return [];
    }

    Segment SegmentOf(BareKeyOrStringValueSyntax syntax) => syntax switch
    {
        StringValueSyntax quoted => new(quoted.Value ?? "", quoted.Token?.Text ?? "", PlaceOf(syntax.Span.Start)),
        BareKeySyntax { Key.Text: { } text } => new(text, text, PlaceOf(syntax.Span.Start)),
        _ => new("", "", PlaceOf(syntax.Span.Start)),
    };

    Place PlaceOf(TextPosition position) => new(file, position.Line + 1, lines.ColumnOf(position));

    readonly record struct Segment(string Name, string Written, Place Place);
}
