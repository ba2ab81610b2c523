using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Model;

/// <summary>How much of the mail that a condition holds for may be delivered at once or in a time, counted apart for each value of the key.</summary>
/// <param name="Match">Which mail; null = all.</param>
/// <param name="Key">What it is counted by; nothing = all of it together.</param>
/// <param name="Concurrency">Transactions at once; 0 = no bound.</param>
/// <param name="Count">Transactions in a period; 0 = no bound.</param>
/// <param name="Period">How long that is.</param>
sealed record ThrottleModel(Condition? Match, IReadOnlyList<RuleVariable> Key, int Concurrency, long Count, TimeSpan Period);
