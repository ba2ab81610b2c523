namespace Posthouse.Gateway.Rules;

/// <summary>What a setting came to. A lookup that could not be answered makes the whole setting unavailable (DIALECT §5).</summary>
public readonly record struct Evaluation<T>(bool IsAvailable, T Value, string Reason)
{
    public Evaluation(T value)
        : this(true, value, "")
    {
    }

    public static Evaluation<T> Unavailable(string reason) => new(false, default!, reason);
}
