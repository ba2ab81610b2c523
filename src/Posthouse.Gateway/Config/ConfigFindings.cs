using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config;

/// <summary>Collects what is wrong, so that one run names everything.</summary>
sealed class ConfigFindings
{
    const int MostShown = 60;
    readonly List<ConfigProblem> _problems = [];

    // A table that others inherit from is read once for each of them.
    readonly HashSet<ConfigProblem> _known = [];

    public bool HasErrors { get; private set; }

    /// <summary>
    /// False = a part of the configuration could not be read. What is missing may stand there, so that it is not reported, nor that anything is of no use.
    /// </summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>A part of the configuration could not be read, which has been reported.</summary>
    public void LacksPart() => IsWhole = false;

    /// <summary>At a value.</summary>
    public void Error(TomlNode node, string message) => Add(true, node.Place, node.Key, message);

    public void Warn(TomlNode node, string message) => Add(false, node.Place, node.Key, message);

    /// <summary>At the name of a key, or at the header of a table.</summary>
    public void ErrorAtKey(TomlNode node, string message) => Add(true, node.KeyPlace, node.Key, message);

    public void WarnAtKey(TomlNode node, string message) => Add(false, node.KeyPlace, node.Key, message);

    /// <summary>At the header of a table, about a key that it lacks.</summary>
    public void Missing(TomlTable table, string key, string message)
    {
        if (IsWhole)
            Add(true, table.KeyPlace, table.NameOf(key), message);
    }

    public void WarnMissing(TomlTable table, string key, string message)
    {
        if (IsWhole)
            Add(false, table.KeyPlace, table.NameOf(key), message);
    }

    /// <summary>At a value that names what is not there.</summary>
    public void NotThere(TomlNode node, string message)
    {
        if (IsWhole)
            Error(node, message);
    }

    public void Error(Place place, string key, string message) => Add(true, place, key, message);

    public void Warn(Place place, string key, string message) => Add(false, place, key, message);

    /// <summary>In the order of the files, then of the lines.</summary>
    public IReadOnlyList<ConfigProblem> InOrder()
    {
        var files = _problems.Select(p => p.File).Distinct().ToList();
        return [.. _problems.OrderBy(p => files.IndexOf(p.File)).ThenBy(p => p.Line).ThenBy(p => p.Column)];
    }

    /// <summary>Text of an operator for a message: short and printable.</summary>
    public static string Quoted(string text)
    {
        var shown = text.Length > MostShown ? text[..MostShown] + "..." : text;
        return $"\"{Printable(shown)}\"";
    }

    /// <summary>The path of a file, whole: a part of it leads nowhere.</summary>
    public static string QuotedPath(string path) => $"\"{Printable(path)}\"";

    /// <summary>A problem is one line of a terminal, whatever a hostile key or pattern holds.</summary>
    static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;

    void Add(bool isError, Place place, string key, string message)
    {
        HasErrors |= isError;
        var problem = new ConfigProblem(isError, place.File, place.Line, place.Column, Printable(key), Printable(message));
        if (_known.Add(problem))
            _problems.Add(problem);
    }
}
