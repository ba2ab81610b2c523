using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Schema;

/// <summary>Reads the keys of one table, or where a key is not in it, of the table it inherits from.</summary>
sealed class TableReader(TomlTable table, ReadScope scope, TomlTable? inherited = null)
{
    public TomlTable Table => table;

    public TomlNode? Find(KeyDescription key) => FindIn(table, key) ?? (inherited is null ? null : FindIn(inherited, key));

    /// <summary>The value, or the default where it is missing or faulty (which is reported).</summary>
    public T Read<T>(Key<T> key)
    {
        if (Find(key) is { } node)
            return key.Type.TryRead(node, scope, out var value) ? value : key.Fallback;
        if (key.IsRequired)
            scope.Findings.Missing(table, key.Name, $"is missing; it must be {key.TypeName}");
        return key.Fallback;
    }

    public Setting<T> Read<T>(SettingKey<T> key) => Compile(key)?.Setting ?? key.Fallback;

    /// <summary>Null where it is missing or faulty (which is reported).</summary>
    public CompiledSetting<T>? Compile<T>(SettingKey<T> key) =>
        Find(key) is { } node ? SettingReader.Read(node, key.Type, key.Known, scope) : null;

    /// <summary>
    /// What EHLO announces of a bound that is applied later: the largest that it may come to, where it depends on what comes after EHLO, a login
    /// among it, or a client would never send what it may. Null = the bound itself.
    /// </summary>
    public Setting<T>? Announced<T>(SettingKey<T> key) =>
        Compile(key) is { } compiled && compiled.Uses.Without(Stages.Announced).Bits != 0 ? Setting<T>.Of(compiled.Values.Max()!) : null;

    TomlNode? FindIn(TomlTable where, KeyDescription key)
    {
        var node = where.Find(key.Name);
        if (key.OldName is null || where.Find(key.OldName) is not { } old)
            return node;
        if (node is not null)
            scope.Findings.ErrorAtKey(old, $"is the old name of {key.Name}, which is set too");
        return node ?? old;
    }
}
