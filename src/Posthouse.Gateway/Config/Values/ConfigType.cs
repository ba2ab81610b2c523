using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Values;

/// <summary>Reads a value, or reports at its place why not.</summary>
delegate bool ValueReader<T>(TomlNode node, ReadScope scope, out T value);

/// <summary>A type of value: its name for messages and documentation, and how it is read.</summary>
sealed class ConfigType<T>(string name, ValueReader<T> read)
{
    public string Name { get; } = name;

    public bool TryRead(TomlNode node, ReadScope scope, out T value) => read(node, scope, out value);
}
