namespace Posthouse.Gateway.Delivery;

/// <summary>Where the recipients of a message that wait are on their way to.</summary>
/// <param name="ByHop">Their places in the envelope, by hop.</param>
/// <param name="Unknown">How many go where nobody knows without asking a host.</param>
sealed record RecipientPlaces(IReadOnlyDictionary<string, List<int>> ByHop, int Unknown)
{
    /// <summary>The hops that are known.</summary>
    internal IReadOnlyList<string> Hops => [.. ByHop.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Some go elsewhere than to this hop, or may.</summary>
    internal bool GoElsewhereThan(string hop) => Unknown > 0 || ByHop.Count > (ByHop.ContainsKey(hop) ? 1 : 0);
}
