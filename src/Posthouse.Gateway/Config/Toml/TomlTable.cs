namespace Posthouse.Gateway.Config.Toml;

/// <summary>How a table came to be, which says what may be added to it later.</summary>
enum TableOrigin
{
    /// <summary>Named on the way to another table: <c>a</c> in <c>[a.b]</c>.</summary>
    Implied,

    /// <summary>By its header.</summary>
    Header,

    /// <summary>By a dotted key: <c>a</c> in <c>a.b = 1</c>.</summary>
    Dotted,

    /// <summary><c>{ … }</c>; nothing may be added.</summary>
    Inline,
}

/// <summary>A table; its entries in the order of the file.</summary>
sealed class TomlTable(Place place, Place keyPlace, string key, TableOrigin origin) : TomlNode(place, keyPlace, key)
{
    readonly OrderedDictionary<string, TomlNode> _entries = new(StringComparer.Ordinal);

    public override string Kind => "a table";

    public TableOrigin Origin { get; } = origin;

    /// <summary>In so many tables it stands; the file itself is in none.</summary>
    public int Depth { get; init; }

    /// <summary>The headers that have opened it, one a file at most.</summary>
    public List<string> HeaderFiles { get; } = [];

    public IReadOnlyDictionary<string, TomlNode> Entries => _entries;

    public bool TryAdd(string name, TomlNode node) => _entries.TryAdd(name, node);

    /// <summary>The full name that a bare key in this table has.</summary>
    public string NameOf(string key) => Key.Length == 0 ? key : $"{Key}.{key}";

    /// <summary>Finds <c>tls.implicit</c> and the like; null where it or a table on the way is not there.</summary>
    public TomlNode? Find(string path)
    {
        var table = this;
        var rest = path.AsSpan();
        while (true)
        {
            var dot = rest.IndexOf('.');
            var node = table._entries.GetValueOrDefault((dot < 0 ? rest : rest[..dot]).ToString());
            if (dot < 0)
                return node;
            if (node is not TomlTable next)
                return null;
            table = next;
            rest = rest[(dot + 1)..];
        }
    }
}
