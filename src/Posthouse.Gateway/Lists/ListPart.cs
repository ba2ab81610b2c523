using Posthouse.Gateway.Files;

namespace Posthouse.Gateway.Lists;

/// <summary>
/// What a list has from its configuration, or from one file. The content is swapped as a whole; a file that has vanished, or that has a
/// line which cannot be one of a list, leaves the old one in force.
/// </summary>
sealed class ListPart
{
    volatile ListContent _content;

    // As it was before it was read, and at the last look.
    FileState _read;
    FileState _seen;
    string _told = "";

    public ListPart(ListContent content) => _content = content;

    public ListPart(string path, ListContent content, FileState state)
        : this(content)
    {
        Path = path;
        _read = state;
        _seen = state;
    }

    /// <summary>Null = the configuration itself.</summary>
    public string? Path { get; }

    public ListContent Content => _content;

    /// <summary>
    /// Reads the file anew if it has changed and has held still since the look before and while it was read, so that nothing half-written
    /// is in force; one caller at a time. Null where there is nothing to tell: none of that is so, or what is wrong was told before.
    /// </summary>
    public ListChange? Refresh()
    {
        if (Path is null)
            return null;
        var before = _seen;
        _seen = FileState.Of(Path);
        if (_seen != before || (_seen.Exists && _seen == _read))
            return null;
        var reading = ListFile.Read(Path);
        if (FileState.Of(Path) != before)
            return null;
        // One that could not be opened is tried at each look: a change of its mode leaves its times as they were.
        _read = reading.State;
        if (reading.Content is { } content)
        {
            _content = content;
            _told = "";
            return new ListChange(Path, content.Count, "");
        }
        var fault = reading.Faults[0].ToString();
        if (fault == _told)
            return null;
        _told = fault;
        return new ListChange(Path, _content.Count, fault);
    }
}

/// <summary>What became of a file that has changed.</summary>
/// <param name="Path">The file.</param>
/// <param name="Count">Entries in force.</param>
/// <param name="Fault">Why they are the old ones; empty = they are those of the file.</param>
sealed record ListChange(string Path, int Count, string Fault);
