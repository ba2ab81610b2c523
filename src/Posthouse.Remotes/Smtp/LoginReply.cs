using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>What the last reply of AUTH means (RFC 4954 section 6). Exactly 235 and 535 speak of the login; all others speak of the host.</summary>
static class LoginReply
{
    /// <param name="reply">The last reply of the exchange.</param>
    /// <param name="sentSecret">The host saw the secret itself; a refused proof may only mean that it cannot check proofs for this account.</param>
    public static Answer Classify(Reply reply, bool sentSecret) => reply.Code switch
    {
        235 => new Answer { Kind = AnswerKind.Yes, Reply = reply },
        535 when sentSecret => new Answer { Kind = AnswerKind.No, Reply = reply },
        535 => Answer.Unavailable($"AUTH: a refused proof says nothing of the secret: {reply}", reply),
        _ => Answer.Unavailable($"AUTH: {reply}", reply),
    };
}
