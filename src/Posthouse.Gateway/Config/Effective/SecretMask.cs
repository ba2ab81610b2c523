using Posthouse.Gateway.Config.Schema;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Lists;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>What may be shown of a value. A macro is shown as written, since it is not the secret; what it stands for never is.</summary>
static class SecretMask
{
    public const string Mask = "***";

    // Of keys that no description tells of: files of others, and keys that are misspelt.
    static readonly string[] Telltales = ["secret", "private", "pass", "token", "headers", "credential", "api-key"];

    /// <summary>Of a key of the dialect.</summary>
    public static string Show(TomlNode node, KeyDescription key) => Show(node, _ => key.IsSecret);

    /// <summary>Of a key that is none, by the words in its name.</summary>
    public static string ShowUnknown(TomlNode node, string key) => Show(node, text =>
        Telltales.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase) || text.Key.Contains(word, StringComparison.OrdinalIgnoreCase)));

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
