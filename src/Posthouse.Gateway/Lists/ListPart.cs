namespace Posthouse.Gateway.Lists;

/// <summary>
/// What a list has from its configuration, or from one file. The content is swapped as a whole; a file that has vanished, or that has a
/// line which cannot be one of a list, leaves the old one in force.
/// </summary>
sealed class ListPart
{
    volatile ListContent _content;
    FileStamp _stamp;
    string _told = "";

    public ListPart(ListContent content) => _content = content;

    public ListPart(string path, ListContent content, FileStamp stamp)
        : this(content)
    {
        Path = path;
        _stamp = stamp;
    }

    /// <summary>Null = the configuration itself.</summary>
    public string? Path { get; }

    public ListContent Content => _content;

    /// <summary>
    /// Reads the file anew if it has changed; one caller at a time. Null where there is nothing to tell: it has not, or what is
    /// wrong with it was told before.
    /// </summary>
    public ListChange? Refresh()
    {
        if (Path is null || FileStamp.Of(Path) is var stamp && stamp != default && stamp == _stamp)
            return null;
        var reading = ListFile.Read(Path);
        // One that could not be opened is tried at each look: a change of its mode leaves its times as they were.
        _stamp = reading.Stamp;
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
