namespace Posthouse.Gateway.Config.Schema;

/// <summary>What holds where a file is silent, for people.</summary>
static class DefaultText
{
    /// <summary>As it would be written, else in words.</summary>
    public static string Of(KeyDescription key) => key.Default ?? InWords(key);

    /// <summary>Of a key whose default cannot be written.</summary>
    public static string InWords(KeyDescription key) => key.IsRequired ? "required" : key.DefaultNote ?? "none";
}
