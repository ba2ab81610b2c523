using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Config.Values;

/// <summary>How a value is written, as far as that can be told without reading it: never less than its type takes, sometimes more.</summary>
abstract record ValueForm
{
    public static ValueForm Anything { get; } = new Whatever();

    public static ValueForm Flag { get; } = new TrueOrFalse();

    /// <summary>Any of the words for none.</summary>
    public static ValueForm None { get; } = new Off();

    public static ValueForm Text { get; } = new Words([]);

    /// <summary>An integer of milliseconds, or text with units.</summary>
    public static ValueForm Duration { get; } = new Either(new WholeNumber(0, long.MaxValue), new Matching(@"^[0-9 \tmshdMSHD]+$"));

    /// <summary>An integer of octets, or text with a unit.</summary>
    public static ValueForm Size { get; } = new Either(new WholeNumber(0, long.MaxValue), new Matching(@"^[0-9 \tkmgibKMGIB]+$"));

    public sealed record Whatever : ValueForm;

    public sealed record TrueOrFalse : ValueForm;

    public sealed record Off : ValueForm;

    public sealed record WholeNumber(long Least, long Most) : ValueForm;

    /// <param name="Known">In any case; empty for free text.</param>
    public sealed record Words(IReadOnlyList<string> Known) : ValueForm;

    /// <summary>Text of which every value that its type takes matches a pattern, and most others do not.</summary>
    public sealed record Matching(string Pattern) : ValueForm;

    /// <summary>A table of these keys and no others.</summary>
    public sealed record Fields(params IReadOnlyList<(string Name, ValueForm Form)> Keys) : ValueForm;

    /// <summary>A condition that may ask about so much.</summary>
    public sealed record Condition(VariableSet Known) : ValueForm;

    public sealed record List(ValueForm Item) : ValueForm;

    public sealed record Either(ValueForm First, ValueForm Second) : ValueForm;
}
