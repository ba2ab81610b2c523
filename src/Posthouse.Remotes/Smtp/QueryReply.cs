using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>What a reply to VRFY or EXPN means (RFC 5321 section 3.5.3). 252 is what a host says that will not tell.</summary>
static class QueryReply
{
    public static Answer Classify(Reply reply, string verb) => reply.Code switch
    {
        250 or 251 => new Answer { Kind = AnswerKind.Yes, Reply = reply, Values = reply.Lines },
        550 or 551 => new Answer { Kind = AnswerKind.No, Reply = reply },
        _ => Answer.Unavailable($"{verb}: {reply}", reply),
    };
}
