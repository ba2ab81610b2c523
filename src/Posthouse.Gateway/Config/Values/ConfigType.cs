using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Values;

/// <summary>Reads a value, or reports at its place why not.</summary>
delegate bool ValueReader<T>(TomlNode node, ReadScope scope, out T value);

/// <summary>A type of value: its name for messages and documentation, how it is read, and how it is written.</summary>
sealed class ConfigType<T>(string name, ValueReader<T> read, ValueForm? form = null)
{
    public string Name { get; } = name;

    public ValueForm Form { get; } = form ?? ValueForm.Anything;

    /// <summary>A value as TOML that reads as the same value; null for none, which is written by leaving the key out.</summary>
    public Func<T, string?> Write { get; init; } = static value => WrittenValue.Of(value);

    /// <summary>A value as TOML, for keys without an example of their own.</summary>
    public string? Example { get; init; }

    public bool TryRead(TomlNode node, ReadScope scope, out T value) => read(node, scope, out value);
}
