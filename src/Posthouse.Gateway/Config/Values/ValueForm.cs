namespace Posthouse.Gateway.Config.Values;

/// <summary>How a value is written, as far as that can be told without reading it: never less than its type takes, sometimes more.</summary>
abstract record ValueForm
{
    public static ValueForm Anything { get; } = new Whatever();

    public static ValueForm Flag { get; } = new TrueOrFalse();

    /// <summary>Any of the words for none.</summary>
    public static ValueForm None { get; } = new Off();

    public static ValueForm Text { get; } = new Words([]);

    /// <summary>An integer of at least zero with a unit of its own, or text with another.</summary>
    public static ValueForm Quantity { get; } = new Either(new WholeNumber(0, long.MaxValue), Text);

    public sealed record Whatever : ValueForm;

    public sealed record TrueOrFalse : ValueForm;

    public sealed record Off : ValueForm;

    public sealed record WholeNumber(long Least, long Most) : ValueForm;

    /// <param name="Known">In any case; empty for free text.</param>
    public sealed record Words(IReadOnlyList<string> Known) : ValueForm;

    public sealed record List(ValueForm Item) : ValueForm;

    public sealed record Either(ValueForm First, ValueForm Second) : ValueForm;
}
