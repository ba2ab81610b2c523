namespace Posthouse.Remotes.Answers;

/// <summary>An answer to a login.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="IsVague">A no without a reason, which old IMAP servers also say in an outage: it is kept for a short time only.</param>
readonly record struct LoginVerdict(Answer Answer, bool IsVague = false);
