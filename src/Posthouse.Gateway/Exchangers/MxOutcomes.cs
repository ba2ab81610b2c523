using Posthouse.Remotes.Answers;
using Posthouse.Wire.Replies;

namespace Posthouse.Gateway.Exchangers;

/// <summary>What becomes of a recipient before, or after, an exchanger has its say.</summary>
static class MxOutcomes
{
    /// <summary>The domain's own doing, so it is final.</summary>
    public static Outcome Never(int code, int subject, int detail, string text) =>
        new(Disposition.Permanent, Blame.Host, new Reply(code, new EnhancedCode(5, subject, detail), text));

    /// <summary>
    /// RFC 8689 section 4.2.1 lets a message that requires TLS go only where DNSSEC or MTA-STS has shown whose exchangers they are. Neither is
    /// asked here, so no certificate of theirs would prove enough.
    /// </summary>
    public static Outcome Unproved(string domain) =>
        Never(550, 7, 10, $"The message requires TLS, and nothing shows which exchangers of {domain} may be trusted with it");

    /// <summary>DNS or the network.</summary>
    public static Outcome NotNow(int subject, int detail, string text) =>
        new(Disposition.Temporary, Blame.Transport, new Reply(451, new EnhancedCode(4, subject, detail), text));

    /// <summary>A setting of ours.</summary>
    public static Outcome OurFault(int subject, int detail, string text) =>
        new(Disposition.Temporary, Blame.Definition, new Reply(451, new EnhancedCode(4, subject, detail), text));

    /// <summary>
    /// What a relay would hold against our own definition is here a stranger's answer: nobody has a login there that could be
    /// mended.
    /// </summary>
    public static Outcome OfExchanger(Outcome outcome) =>
        outcome is { Disposition: Disposition.Temporary, Blame: Blame.Definition, Reply.IsPermanent: true }
            ? outcome with { Disposition = Disposition.Permanent, Blame = Blame.Host }
            : outcome;

    /// <summary>RFC 7504: none of the domain's hosts takes mail, which no waiting mends.</summary>
    public static Outcome NoneTakesMail(Outcome last) => Never(521, 3, 2, last.Reply.Text) with { Exchanger = last.Exchanger };

    /// <summary>This exchanger was not reached, or left before it decided, and cannot have the message.</summary>
    public static bool IsOfConnection(Outcome outcome) =>
        outcome is { Disposition: Disposition.Temporary, Blame: Blame.Transport or Blame.Definition, MaybeDelivered: false };

    /// <summary>This exchanger has said not now, and does not have the message.</summary>
    public static bool IsNotNow(Outcome outcome) => outcome is { Disposition: Disposition.Temporary, Blame: Blame.Host, MaybeDelivered: false };
}
