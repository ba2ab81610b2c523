using System.Collections.Frozen;
using Posthouse.Gateway.Config.Toml;

namespace Posthouse.Gateway.Config.Values;

/// <summary>Types made from types.</summary>
static class ConfigTypeCombining
{
    /// <summary>One value stands for a list of one.</summary>
    public static ConfigType<IReadOnlyList<T>> ListOf<T>(this ConfigType<T> type) =>
        new($"{type.Name}, or a list of such", (TomlNode node, ReadScope scope, out IReadOnlyList<T> values) =>
        {
            List<TomlNode> items = node is TomlArray array ? array.Items : [node];
            var read = new List<T>(items.Count);
            foreach (var item in items)
                if (type.TryRead(item, scope, out var value))
                    read.Add(value);
            values = read;
            return read.Count == items.Count;
        }, new ValueForm.Either(type.Form, new ValueForm.List(type.Form)))
        {
            Write = values => WrittenValue.ListOf(values.Select(type.Write)),
            Example = type.Example is { } example ? $"[{example}]" : null,
        };

    public static ConfigType<T> Where<T>(this ConfigType<T> type, string name, Func<T, bool> holds) =>
        new(name, (TomlNode node, ReadScope scope, out T value) =>
            type.TryRead(node, scope, out value) && (holds(value) || scope.Expected(node, name)), type.Form)
        {
            Write = type.Write,
            Example = type.Example,
        };

    public static ConfigType<TResult> Select<T, TResult>(this ConfigType<T> type, Func<T, TResult> selector) =>
        new(type.Name, (TomlNode node, ReadScope scope, out TResult result) =>
        {
            var isRead = type.TryRead(node, scope, out var value);
            result = isRead ? selector(value) : default!;
            return isRead;
        }, type.Form)
        {
            // Nearly all of them only widen the type.
            Write = result => result is T value ? type.Write(value) : WrittenValue.Of(result),
            Example = type.Example,
        };

    /// <summary>The type, or one of the words for none.</summary>
    public static ConfigType<T> OrOff<T>(this ConfigType<T> type, T off) =>
        new($"{type.Name}, or false", (TomlNode node, ReadScope scope, out T value) =>
        {
            value = off;
            return IsOff(node) || type.TryRead(node, scope, out value);
        }, new ValueForm.Either(type.Form, ValueForm.None))
        {
            Write = value => EqualityComparer<T>.Default.Equals(value, off) ? "false" : type.Write(value),
            Example = type.Example,
        };

    /// <summary><c>false</c>, <c>"false"</c>, <c>"off"</c>, <c>"disable"</c>, <c>"none"</c>, <c>"never"</c>.</summary>
    public static bool IsOff(TomlNode node) =>
        // A fault of a macro is told where the value is read, which then is no word for none.
        node is TomlFlag { Value: false } || (node is TomlText text && Macros.TryExpandButFiles(text, new ConfigFindings(), out var word, out var file) && file is null && IsOff(word));

    /// <summary>Whether a text is one of the words.</summary>
    public static bool IsOff(string text) => Words.Contains(text);

    static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "false", "off", "disable", "none", "never");
}
