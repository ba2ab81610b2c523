using Posthouse.Gateway.Files;

namespace Posthouse.Gateway.Config;

/// <summary>The files that a configuration depends on, each with its state from before it was read: what is written while we read shows later.</summary>
sealed class ReadSources
{
    readonly List<ConfigSource> _inOrder = [];
    readonly Dictionary<ConfigSource, FileState> _states = [];

    /// <summary>In the order in which they were named.</summary>
    public IReadOnlyList<ConfigSource> InOrder => _inOrder;

    /// <summary>By source. A list looks after its own file, and stands here without a state.</summary>
    public IReadOnlyDictionary<ConfigSource, FileState> States => _states;

    /// <summary>To be called before it is read; the first call counts.</summary>
    public void Add(ConfigSource source)
    {
        if (_states.TryAdd(source, source.Kind == ConfigSourceKind.List ? default : source.Look()))
            _inOrder.Add(source);
    }
}
