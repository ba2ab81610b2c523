using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Lists;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>What may be shown of a value. A macro is shown as written, since it is not the secret; what it stands for never is.</summary>
static class SecretMask
{
    public const string Mask = "***";

    // Of keys that no description tells of: files of others, and keys that are misspelt.
    static readonly string[] Telltales = ["secr", "priv", "pass", "token", "headers", "credential", "api-key"];

    /// <summary>Of a key of the dialect.</summary>
    public static string Show(TomlNode node, KeyDescription key) => Show(node, _ => key.IsSecret);

    /// <summary>Of any key, by its full name: as its description says where it is one of the dialect, else by the words in it.</summary>
    public static string ShowAt(TomlNode node, string name) => Show(node, text => IsSecret(text.Key) ?? IsSecret(name) ?? (Tells(name) || Tells(text.Key)));

    /// <summary>Whether what a key of the dialect holds is never shown; null for what is no key of it.</summary>
    public static bool? IsSecret(string name)
    {
        IReadOnlyList<SchemaNode> places = [ConfigSchema.Root];
        foreach (var part in KeyPath.PartsOf(name))
            places = [.. places.SelectMany(place => place.Follow(part).Concat(place.Each?.Follow(part) ?? []))];
        return places.Select(static place => place.Key).FirstOrDefault(static key => key is not null)?.IsSecret;
    }

    /// <summary>
    /// Whether the words in a name, or in a line that is no TOML, speak of a secret; a key beside one may be a misspelt one, but for sessions, whose
    /// <c>auth</c> has none.
    /// </summary>
    public static bool Tells(string text) => Telltales.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))
        || (text.Contains("auth", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("session.", StringComparison.Ordinal));

    static string Show(TomlNode node, Func<TomlText, bool> isSecret) => TomlWriter.Write(node, text => Show(text, isSecret(text)));

    static string Show(TomlText node, bool isSecret)
    {
        var text = node.Value;
        if (IsMacro(text))
            return text;
        if (isSecret || text.Contains("PRIVATE KEY", StringComparison.Ordinal) || HoldsUserInfo(text))
            return Mask;
        var isList = node.Key.StartsWith("list.", StringComparison.Ordinal);
        return isList && EntrySyntax.LoginColon(text) is >= 0 and var colon ? text[..colon] + ":" + Mask : text;
    }

    /// <summary>Nothing but a macro: beside one there may stand a part of a secret.</summary>
    static bool IsMacro(string text) =>
        text.StartsWith("file://", StringComparison.Ordinal)
        || (text.StartsWith("%{", StringComparison.Ordinal) && text.IndexOf("}%", StringComparison.Ordinal) == text.Length - 2);

    static bool HoldsUserInfo(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme && text.IndexOf('@', scheme) > scheme;
}
