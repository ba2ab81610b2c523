using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Model;

/// <summary>How much may be under way at once, or begin in a time: of mail that is delivered, or of what clients do.</summary>
/// <param name="Match">What it holds for; null = all.</param>
/// <param name="Key">What it is counted by; nothing = all of it together.</param>
/// <param name="Concurrency">The most at once; 0 = no bound.</param>
/// <param name="Count">The most in a period; 0 = no bound.</param>
/// <param name="Period">How long that is.</param>
sealed record ThrottleModel(Condition? Match, IReadOnlyList<RuleVariable> Key, int Concurrency, long Count, TimeSpan Period) : BoundModel(Match, Key);
