using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// What a reply to RCPT says of a mailbox. Few refusals mean that it does not exist; most speak of us, of the moment or of the
/// host.
/// </summary>
static class RecipientReply
{
    public static Answer Classify(Reply reply) => KindOf(reply) is var kind && kind == AnswerKind.Unavailable
        ? Answer.Unavailable($"RCPT: {reply}", reply)
        : new Answer { Kind = kind, Reply = reply };

    /// <summary>Whether it speaks of the transaction and not of the mailbox (RFC 5321 section 4.5.3.1.10, RFC 3463 x.5.3).</summary>
    public static bool IsOneTooMany(Reply reply) => reply is { Code: 452 or 552, Enhanced: { Subject: 5, Detail: 3 } };

    static AnswerKind KindOf(Reply reply) => reply switch
    {
        { Code: 250 or 251 } => AnswerKind.Yes,
        { Code: < 400 or 421 } => AnswerKind.Unavailable,
        // "The host does not answer this question": it knows no RCPT, takes no mail at all, or wants a login first.
        { Code: (>= 500 and <= 504) or 521 or 530 or 555 or 556 } => AnswerKind.Unavailable,
        { Code: 552 } or { Enhanced: { Subject: 2, Detail: 2 } } => AnswerKind.Full,
        { IsTransient: true } => AnswerKind.Unavailable,
        { Code: 550 or 551 or 553, Enhanced: null or { Subject: 1, Detail: 0 or 1 or 2 or 3 or 6 or 10 } } => AnswerKind.No,
        // Exchange's directory-based edge blocking gives an unknown recipient the code of a network problem.
        { Code: 550, Enhanced: { Subject: 4, Detail: 1 } } when reply.Text.Contains("Recipient address rejected", StringComparison.OrdinalIgnoreCase) =>
            AnswerKind.No,
        _ => AnswerKind.Refused,
    };
}
