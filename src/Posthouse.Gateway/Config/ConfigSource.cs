namespace Posthouse.Gateway.Config;

/// <summary>What a file gives to a configuration.</summary>
public enum ConfigSourceKind
{
    /// <summary>TOML: the main file, an included one, or a folder whose files are included by a pattern.</summary>
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
public sealed record ConfigSource(string Path, ConfigSourceKind Kind);
