namespace Posthouse.Gateway.Config.Effective;

/// <summary>A setting that two configurations do not agree on.</summary>
/// <param name="Key">Its full name.</param>
/// <param name="A">Masked; null where the first has no such setting.</param>
/// <param name="B">Masked; null where the second has no such setting.</param>
/// <param name="IsSecret">Both are shown alike: what differs is masked.</param>
public sealed record ConfigDifference(string Key, string? A, string? B, bool IsSecret)
{
    /// <summary>
    /// In the order of <paramref name="a"/>, then what only <paramref name="b"/> has. A default is equal to the same value written
    /// out, <c>"60s"</c> to <c>"1m"</c>. Macros are compared as written, not by what they stand for.
    /// </summary>
    public static IReadOnlyList<ConfigDifference> Between(IReadOnlyList<EffectiveValue> a, IReadOnlyList<EffectiveValue> b)
    {
        var second = b.ToDictionary(value => value.Key, StringComparer.Ordinal);
        var differences = new List<ConfigDifference>();
        foreach (var value in a)
        {
            if (!second.Remove(value.Key, out var other))
                differences.Add(new(value.Key, value.Value, null, false));
            else if (value.Compared != other.Compared)
                differences.Add(new(value.Key, value.Value, other.Value, value.Value == other.Value));
        }
        differences.AddRange(b.Where(value => second.ContainsKey(value.Key)).Select(value => new ConfigDifference(value.Key, null, value.Value, false)));
        return differences;
    }
}
