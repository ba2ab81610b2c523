namespace Posthouse.Demo;

enum Speaker
{
    Client,
    Gateway,

    /// <summary>Nobody spoke: a note about what happened.</summary>
    Note,
}

/// <summary>What is said in one step, as it is shown: a secret never gets here.</summary>
sealed class Dialogue
{
    readonly List<(Speaker Speaker, string Text)> _lines = [];

    public IReadOnlyList<(Speaker Speaker, string Text)> Lines => _lines;

    public void Add(Speaker speaker, string text) => _lines.Add((speaker, text));

    public void Clear() => _lines.Clear();
}
