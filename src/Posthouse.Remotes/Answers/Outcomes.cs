using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Answers;

/// <summary>Outcomes made from a host's reply or from our own words.</summary>
static class Outcomes
{
    /// <summary>By the first digit (RFC 5321 section 4.2.1), but for the replies that speak of our own login, which never bounce a message.</summary>
    public static Outcome FromReply(Reply reply) => reply switch
    {
        { IsPositive: true } => Said(Disposition.Delivered, Blame.None, reply),
        { Code: 503 or 530 or 534 or 535 or 538 } => Said(Disposition.Temporary, Blame.Definition, reply),
        { IsPermanent: true } => Said(Disposition.Permanent, Blame.Host, reply),
        _ => Said(Disposition.Temporary, Blame.Host, reply),
    };

    /// <summary>
    /// 452, and 552 as old servers say it, mean too many recipients (RFC 5321 section 4.5.3.1.10) unless a code tells otherwise: later, not never.
    /// </summary>
    public static Outcome FromRcptReply(Reply reply) =>
        reply is { Code: 452 or 552, Enhanced: null or { Subject: 5, Detail: 3 } }
            ? Said(Disposition.Temporary, Blame.Host, reply) with { IsOneTooMany = true }
            : FromReply(reply);

    public static Outcome Failed(HostUnavailableException failure, bool maybeDelivered = false) =>
        new(Disposition.Temporary, failure.Blame, new Reply(451, new EnhancedCode(4, 4, maybeDelivered ? 2 : 1), failure.Message), maybeDelivered)
        {
            IsUntried = failure.IsUntried,
            HostReply = failure.IsUntried ? null : failure.Reply,
            TakesNoMail = failure.TakesNoMail,
        };

    /// <summary>The host has said how many recipients of one message it takes, and this one is beyond.</summary>
    public static Outcome OneTooMany(int most) =>
        new(Disposition.Temporary, Blame.Host, new Reply(452, new EnhancedCode(4, 5, 3), $"The host takes {most} recipients of a message at a time")) { IsOneTooMany = true };

    /// <summary>The message cannot go to this host as it is.</summary>
    public static Outcome Unfit(int code, int subject, int detail, string text) =>
        new(Disposition.Permanent, Blame.Host, new Reply(code, new EnhancedCode(5, subject, detail), text));

    static Outcome Said(Disposition disposition, Blame blame, Reply reply) => new(disposition, blame, reply) { HostReply = reply };
}
