using Posthouse.Gateway.Files;

namespace Posthouse.Gateway.Config;

/// <summary>What a file gives to a configuration.</summary>
public enum ConfigSourceKind
{
    /// <summary>TOML: the main file, an included one, or a folder of which a pattern includes files.</summary>
    Configuration,

    /// <summary>A certificate or its key.</summary>
    Certificate,

    /// <summary>The entries of a list.</summary>
    List,

    /// <summary>Any other value, such as a secret.</summary>
    Value,
}

/// <summary>A file that a configuration was read from.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Kind">What it gives.</param>
public sealed record ConfigSource(string Path, ConfigSourceKind Kind)
{
    /// <summary>The names that are read of a folder, such as <c>*.toml</c>; null for a file.</summary>
    public string? Pattern { get; init; }

    internal FileState Look() => Pattern is null ? FileState.Of(Path) : FileState.Of(Path, Pattern);
}
