namespace Posthouse.Gateway.Queue;

/// <summary>What a walk through a store found.</summary>
/// <param name="Messages">How many it holds.</param>
/// <param name="Recipients">How many of theirs it holds.</param>
/// <param name="Octets">Of their bodies.</param>
/// <param name="Problems">What is wrong, a line each: what is damaged, and what is in quarantine since it was found damaged before.</param>
public sealed record StoreFindings(long Messages, long Recipients, long Octets, IReadOnlyList<string> Problems);
