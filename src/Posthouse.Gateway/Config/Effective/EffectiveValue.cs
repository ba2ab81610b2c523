namespace Posthouse.Gateway.Config.Effective;

/// <summary>A setting as it holds.</summary>
/// <param name="Key">Its full name.</param>
/// <param name="Value">As TOML, secrets masked and macros as written; a default may be words.</param>
/// <param name="File">The file that sets it; null = it is the default.</param>
/// <param name="Line">The line of that file, from 1; 0 for a default.</param>
public sealed record EffectiveValue(string Key, string Value, string? File, int Line)
{
    /// <summary>Says the same for what means the same. Not masked, hence not public.</summary>
    internal string Compared { get; init; } = "";

    /// <summary>False = it is read and changes nothing yet.</summary>
    internal bool IsActedOn { get; init; } = true;

    /// <summary>The files that it names.</summary>
    internal IReadOnlyList<string> Files { get; init; } = [];

    /// <summary><c>file:line</c>, or <c>default</c>.</summary>
    public string Origin => File is null ? "default" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}");
}
