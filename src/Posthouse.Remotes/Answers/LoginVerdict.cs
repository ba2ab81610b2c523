namespace Posthouse.Remotes.Answers;

/// <summary>An answer to a login.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="IsVague">A no without a reason, which old IMAP servers also say in an outage: it is kept for a short time only.</param>
/// <param name="Expiry">When a yes ends however long it might be kept; null where that is not known.</param>
readonly record struct LoginVerdict(Answer Answer, bool IsVague = false, DateTimeOffset? Expiry = null);
