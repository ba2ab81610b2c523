using Posthouse.Gateway.Rules;

namespace Posthouse.Gateway.Model;

/// <summary>How much of the mail that a condition holds for may wait in the queue, counted apart for each value of the key.</summary>
/// <param name="Match">Which mail; null = all.</param>
/// <param name="Key">What it is counted by; nothing = all of it together.</param>
/// <param name="Messages">Messages at a time; 0 = no bound.</param>
/// <param name="Size">Octets at a time; 0 = no bound.</param>
sealed record QuotaModel(Condition? Match, IReadOnlyList<RuleVariable> Key, int Messages, long Size) : BoundModel(Match, Key)
{
    /// <summary>It counts recipients of one message apart, or some of them only.</summary>
    public bool AsksOfRecipient => Uses.Contains(RuleVariable.Rcpt) || Uses.Contains(RuleVariable.RcptDomain);
}
