namespace Posthouse.Gateway.Config.Toml;

/// <summary>Where something stands; line and column from 1.</summary>
readonly record struct Place(string File, int Line, int Column);

/// <summary>A value of a file, and where it and its key stand.</summary>
/// <param name="place">Of the value; of a table its header.</param>
/// <param name="keyPlace">Of the key.</param>
/// <param name="key">The full name, quoted parts as written.</param>
abstract class TomlNode(Place place, Place keyPlace, string key)
{
    public Place Place { get; } = place;
    public Place KeyPlace { get; } = keyPlace;
    public string Key { get; } = key;

    /// <summary>What it is, for a message.</summary>
    public abstract string Kind { get; }
}

sealed class TomlText(Place place, Place keyPlace, string key, string value) : TomlNode(place, keyPlace, key)
{
    public string Value { get; } = value;
    public override string Kind => "a string";
}

sealed class TomlInteger(Place place, Place keyPlace, string key, long value) : TomlNode(place, keyPlace, key)
{
    public long Value { get; } = value;
    public override string Kind => "an integer";
}

sealed class TomlFlag(Place place, Place keyPlace, string key, bool value) : TomlNode(place, keyPlace, key)
{
    public bool Value { get; } = value;
    public override string Kind => Value ? "true" : "false";
}

/// <summary>A float or a date, of which the dialect has none.</summary>
sealed class TomlOther(Place place, Place keyPlace, string key, string kind) : TomlNode(place, keyPlace, key)
{
    public override string Kind { get; } = kind;
}

/// <summary>A list: <c>[ … ]</c>, or the tables of one <c>[[…]]</c>.</summary>
sealed class TomlArray(Place place, Place keyPlace, string key, bool isOfHeaders) : TomlNode(place, keyPlace, key)
{
    public List<TomlNode> Items { get; } = [];

    /// <summary>Written as <c>[[…]]</c>, so that a later header may add to it.</summary>
    public bool IsOfHeaders { get; } = isOfHeaders;
    public override string Kind => "a list";
}
