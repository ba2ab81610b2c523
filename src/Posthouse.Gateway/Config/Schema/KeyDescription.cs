using Posthouse.Gateway.Config.Conditions;
using Posthouse.Gateway.Config.Toml;
using Posthouse.Gateway.Config.Values;
using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Schema;

/// <summary>One key of a table: all that a check, a reference page or a schema must know of it.</summary>
abstract class KeyDescription(string name, string meaning)
{
    /// <summary>Relative to its table; sub-tables with dots, as in <c>tls.implicit</c>.</summary>
    public string Name { get; } = name;

    /// <summary>What it does, in the operator's words; in what unit, why by default so, and what else has a say, as far as these are not plain.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>An older name for the same.</summary>
    public string? OldName { get; init; }

    /// <summary>False = read and checked, with a warning that it changes nothing yet.</summary>
    public bool IsActedOn { get; init; } = true;

    public bool IsRequired { get; init; }

    public abstract string TypeName { get; }

    /// <summary>How its value is written; an if-block has values of this form in its branches.</summary>
    public abstract ValueForm Form { get; }

    /// <summary>In words, where the default depends on something else.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>The default as TOML; null = none, or one that depends on something else.</summary>
    public abstract string? Default { get; }

    /// <summary>A value as TOML that the checker takes without a word, in a file that has what the value names.</summary>
    public string Example
    {
        get => field ?? (Form is ValueForm.TrueOrFalse ? Default == "true" ? "false" : "true" : TypeExample)
            ?? throw new InvalidOperationException($"{Name} lacks an example");
        init;
    }

    /// <summary>What it holds is never shown.</summary>
    public bool IsSecret { get; init; }

    protected abstract string? TypeExample { get; }

    /// <summary>What an if-block may ask about; empty = it takes a plain value only.</summary>
    public virtual VariableSet Known => VariableSet.Empty;

    /// <summary>Reads the value for its faults alone.</summary>
    public abstract void Check(TomlNode node, ReadScope scope);
}

/// <summary>A key with a plain value.</summary>
sealed class Key<T>(string name, string meaning, ConfigType<T> type, T fallback) : KeyDescription(name, meaning)
{
    public ConfigType<T> Type { get; } = type;

    public T Fallback { get; } = fallback;

    public override string TypeName => Type.Name;

    public override ValueForm Form => Type.Form;

    public override string? Default => IsRequired || DefaultNote is not null || Fallback is null ? null : Type.Write(Fallback);

    protected override string? TypeExample => Type.Example;

    public override void Check(TomlNode node, ReadScope scope) => Type.TryRead(node, scope, out _);
}

/// <summary>A key with a value or an if-block.</summary>
sealed class SettingKey<T>(string name, string meaning, VariableSet known, ConfigType<T> type, Setting<T> fallback) : KeyDescription(name, meaning)
{
    public ConfigType<T> Type { get; } = type;

    public Setting<T> Fallback { get; } = fallback;

    public override VariableSet Known => known;

    public override string TypeName => Type.Name;

    public override ValueForm Form => Type.Form;

    public override string? Default =>
        DefaultNote is null && Fallback.TryGetConstant(out var value) && value is not null ? Type.Write(value) : null;

    protected override string? TypeExample => Type.Example;

    public override void Check(TomlNode node, ReadScope scope) => SettingReader.Read(node, Type, Known, scope);
}
