using System.Collections.Frozen;
using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Imap;

namespace Posthouse.Remotes.Imap;

/// <summary>
/// What the tagged answer to AUTHENTICATE or LOGIN means (RFC 9051 section 7.1, RFC 5530). An unknown code speaks of the host.
/// </summary>
static class LoginResponse
{
    // RFC 9051 section 7.1 and RFC 5530, as far as they speak of a login.
    static readonly FrozenSet<string> Codes = FrozenSet.Create(
        StringComparer.Ordinal,
        "ALERT", "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN", "PRIVACYREQUIRED");

    /// <param name="answer">The tagged answer.</param>
    /// <param name="sentSecret">The host saw the secret itself; a refused proof may only mean that it cannot check proofs for this account.</param>
    public static LoginVerdict Classify(ImapResponse answer, bool sentSecret) => answer switch
    {
        { Kind: ImapResponseKind.Ok } => new LoginVerdict(new Answer { Kind = AnswerKind.Yes }),
        { Kind: ImapResponseKind.No, Code: null or "ALERT" or "AUTHENTICATIONFAILED" or "AUTHORIZATIONFAILED" or "EXPIRED" } => sentSecret
            ? new LoginVerdict(new Answer { Kind = AnswerKind.No, Reason = Text(answer) }, IsVague: answer.Code is null or "ALERT")
            : new LoginVerdict(Answer.Unavailable($"{Text(answer)} (a refused proof says nothing of the secret)")),
        _ => new LoginVerdict(Answer.Unavailable(Text(answer))),
    };

    /// <summary>
    /// A host that did not understand a line tends to repeat it, and this line may be the secret: it is quoted only where it has
    /// understood, and its text not even read where it has not.
    /// </summary>
    public static bool IsQuoted(ImapResponseKind kind, string? code) =>
        kind == ImapResponseKind.Ok || (kind == ImapResponseKind.No && (code is null || Codes.Contains(code)));

    public static string Text(ImapResponse answer) => IsQuoted(answer.Kind, answer.Code)
        ? $"login: {Name(answer)}{(answer is { Kind: ImapResponseKind.No, Code: { } code } ? $"[{code}] " : "")}{answer.Text}"
        : $"login: {Name(answer)}{HostConnection.Withheld}";

    static string Name(ImapResponse answer) => $"{answer.Kind.ToString().ToUpperInvariant()} ";
}
