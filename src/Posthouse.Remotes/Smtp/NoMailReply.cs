using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>What 521 in place of a greeting or behind a hello means (RFC 7504 section 3).</summary>
static class NoMailReply
{
    /// <summary>
    /// Whether the host takes no mail from anybody. Those who turn one client away say 521 as well, as Postfix's postscreen does of whom a list names,
    /// with a code of policy or protocol; only the bare reply and the codes for a host that takes none (RFC 7504 section 4, RFC 7505 section 4.2) are
    /// about mail.
    /// </summary>
    public static bool IsSaidBy(Reply reply) =>
        reply is { Code: 521, Enhanced: null or { Subject: 3, Detail: 2 } or { Subject: 1, Detail: 10 } };
}
