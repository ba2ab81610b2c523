namespace Posthouse.Gateway.Model;

/// <summary>What a lookup names.</summary>
public enum LookupKind
{
    Remote,
    List,
}

/// <summary>A lookup by name: <c>remote/&lt;id&gt;</c> or <c>list/&lt;id&gt;</c>.</summary>
public readonly record struct LookupTarget(LookupKind Kind, string Id)
{
    /// <summary>The list itself, where it is one of a configuration: who keeps that keeps its lists. A remote is found by its name at each question.</summary>
    public AddressList? List { get; init; }

    /// <summary>By name.</summary>
    public bool Equals(LookupTarget other) => Kind == other.Kind && Id == other.Id;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Id);

    public override string ToString() => Kind == LookupKind.Remote ? $"remote/{Id}" : $"list/{Id}";
}

/// <summary>Lookups in the order they are asked; only a <i>no</i> goes on to the next. Empty = none.</summary>
public sealed record LookupLadder(IReadOnlyList<LookupTarget> Targets)
{
    public static LookupLadder None { get; } = new([]);

    public bool IsNone => Targets.Count == 0;

    /// <summary>As an operator writes it.</summary>
    public override string ToString() => IsNone ? "no lookup" : string.Join(", ", Targets);
}
