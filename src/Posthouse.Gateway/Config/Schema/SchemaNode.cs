namespace Posthouse.Gateway.Config.Schema;

/// <summary>All tables and keys there are, as one tree.</summary>
sealed class SchemaNode
{
    const string AnyId = "*";
    const string EachTable = "[]";
    readonly Dictionary<string, SchemaNode> _children = new(StringComparer.Ordinal);

    /// <summary>The key that stands here; null where only a table does.</summary>
    public KeyDescription? Key { get; private set; }

    /// <summary>Of the era and not implemented, with all below.</summary>
    public bool IsOfTheEra { get; private set; }

    public bool HasChildren => _children.Count > 0;

    /// <summary>The tables of a <c>[[…]]</c>.</summary>
    public SchemaNode? Each => _children.GetValueOrDefault(EachTable);

    /// <summary>What stands below any id.</summary>
    public SchemaNode? BelowId => _children.GetValueOrDefault(AnyId);

    /// <summary>The names that may stand here, ids apart.</summary>
    public IEnumerable<string> Names => _children.Keys.Where(name => name is not (AnyId or EachTable));

    public static SchemaNode Build(IEnumerable<TableShape> shapes, IEnumerable<string> ofTheEra)
    {
        var root = new SchemaNode();
        foreach (var shape in shapes)
        {
            var table = root.At(shape.Path);
            foreach (var key in shape.Keys)
            {
                table.At(key.Name).Key = key;
                if (key.OldName is { } old)
                    table.At(old).Key = key;
            }
        }
        foreach (var path in ofTheEra)
            root.At(path).IsOfTheEra = true;
        return root;
    }

    /// <summary>What a name may mean here: itself, or an id.</summary>
    public IEnumerable<SchemaNode> Follow(string name)
    {
        if (name is not (AnyId or EachTable) && _children.TryGetValue(name, out var named))
            yield return named;
        if (_children.TryGetValue(AnyId, out var any))
            yield return any;
    }

    /// <summary>A table without an id on its way; null for none.</summary>
    public SchemaNode? Find(string path)
    {
        SchemaNode? node = this;
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            node = node?._children.GetValueOrDefault(part);
        return node;
    }

    /// <summary>Where below, but not below an id, a key of this last name stands, as in <c>tls.implicit</c>; null for nowhere.</summary>
    public string? FindBelow(string name)
    {
        foreach (var child in Names)
        {
            if (_children[child]._children.TryGetValue(name, out var found) && found.Key is not null)
                return $"{child}.{name}";
            if (_children[child].FindBelow(name) is { } below)
                return $"{child}.{below}";
        }
        return null;
    }

    SchemaNode At(string path)
    {
        var node = this;
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!node._children.TryGetValue(part, out var next))
                node._children.Add(part, next = new SchemaNode());
            node = next;
        }
        return node;
    }
}
