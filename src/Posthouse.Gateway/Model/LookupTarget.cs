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
