using Posthouse.Gateway.Model;
using Posthouse.Remotes.Answers;

namespace Posthouse.Gateway.Sessions;

/// <summary>What is written of a refused login.</summary>
/// <param name="User">The name, where it is known to be one.</param>
/// <param name="Lookup">Who was asked.</param>
/// <param name="Reason">What came back. A host's words may repeat the name, so they are told with a known one only.</param>
sealed record RefusedLogin(ClientText User, LookupLadder Lookup, string Reason)
{
    const int LongestReason = 200;

    /// <summary>Nobody was asked.</summary>
    public static RefusedLogin Exchange { get; } = new("nobody", LookupLadder.None, "the exchange asks for another identity, or for none");

    public static RefusedLogin Of(KnownLogins known, string user, LookupLadder lookup, Answer answer)
    {
        var isKnown = known.Contains(user);
        return new RefusedLogin(isKnown ? user : known.MarkOf(user), lookup, answer switch
        {
            { Source: AnswerSource.Cache } => "refused before, and the answer is kept",
            { Source: AnswerSource.Local, Reason: "" } => "it holds no such login",
            { Source: AnswerSource.Local } => answer.Reason,
            { Reply: { } reply } => isKnown ? Cut(reply.ToString()) : $"{reply.Code}",
            { Reason: { Length: > 0 } reason } when isKnown => Cut(reason),
            _ => "refused",
        });
    }

    static string Cut(string words) => words.Length <= LongestReason ? words : words[..LongestReason] + "...";
}
