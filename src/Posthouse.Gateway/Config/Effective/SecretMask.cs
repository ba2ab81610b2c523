using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Lists;

namespace Posthouse.Gateway.Config.Effective;

/// <summary>What may be shown of a value. A macro is shown as written, since it is not the secret; what it stands for never is.</summary>
static class SecretMask
{
    public const string Mask = "***";

    // Wider than the keys that hold secrets, since what is imported holds others.
    static readonly string[] Telltales = ["secret", "private", "pass", "token", "headers", "credential", "api-key"];

    public static string Show(TomlNode node, string key) =>
        TomlWriter.Write(node, text => Show(text.Value, key.Length > 0 ? key : text.Key));

    public static bool IsSecretKey(string key) =>
        Telltales.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));

    static string Show(string text, string key)
    {
        if (IsMacro(text))
            return text;
        if (IsSecretKey(key) || text.Contains("PRIVATE KEY", StringComparison.Ordinal) || HoldsUserInfo(text))
            return Mask;
        var isList = key.StartsWith("list.", StringComparison.Ordinal);
        return isList && EntrySyntax.LoginColon(text) is >= 0 and var colon ? text[..colon] + ":" + Mask : text;
    }

    /// <summary>Nothing but a macro: beside one there may stand a part of a secret.</summary>
    static bool IsMacro(string text) =>
        text.StartsWith("file://", StringComparison.Ordinal)
        || (text.StartsWith("%{", StringComparison.Ordinal) && text.IndexOf("}%", StringComparison.Ordinal) == text.Length - 2);

    static bool HoldsUserInfo(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme && text.IndexOf('@', scheme) > scheme;
}
