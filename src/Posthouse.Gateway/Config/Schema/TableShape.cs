namespace Posthouse.Gateway.Config.Schema;

/// <summary>The keys of one table.</summary>
/// <remarks>In the path <c>*</c> stands for an id, <c>[]</c> for each table of a list of tables.</remarks>
sealed class TableShape(string path, params IReadOnlyList<KeyDescription> keys)
{
    public string Path { get; } = path;

    public IReadOnlyList<KeyDescription> Keys { get; } = keys;
}
