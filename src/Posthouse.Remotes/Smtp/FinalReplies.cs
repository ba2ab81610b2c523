using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// What a host says to the final dot, or to the last chunk: one reply for all recipients that it took, or in LMTP one for each of them, in their order (RFC
/// 2033 section 4.2).
/// </summary>
static class FinalReplies
{
    /// <param name="connection">After the end of the body.</param>
    /// <param name="outcomes">One for each recipient; those that are null are waited for and set, each as soon as its reply is in.</param>
    /// <param name="allowance">Asked for each reply.</param>
    /// <param name="byChunks">The body went by BDAT.</param>
    /// <returns>Whether all that were read say that it is delivered.</returns>
    public static async Task<bool> ReadAsync(SmtpConnection connection, IList<Outcome?> outcomes, Func<Allowance> allowance, bool byChunks = false)
    {
        var areAllTaken = true;
        // Behind one who has the message a no speaks of its recipient, whatever its code.
        var isProved = false;
        Outcome? forAll = null;
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i] is not null)
                continue;
            outcomes[i] = forAll ?? await ReadOneAsync(connection, allowance(), byChunks, isProved);
            isProved |= outcomes[i] is { Disposition: Disposition.Delivered };
            areAllTaken &= outcomes[i] is { Disposition: Disposition.Delivered };
            if (!connection.IsLmtp)
                forAll = outcomes[i];
        }
        return areAllTaken;
    }

    static async Task<Outcome> ReadOneAsync(SmtpConnection connection, Allowance allowance, bool byChunks, bool isProved)
    {
        var step = byChunks ? "BDAT LAST" : "final dot";
        var reply = await connection.ReadReplyAsync(step, allowance);
        if (reply.IsIntermediate)
            throw connection.Wire.Garbled($"{step}: {reply} is no reply to it");
        if (byChunks && !isProved)
            ChunkingTrust.Require(connection, reply);
        if (!reply.IsPositive)
            connection.CountError();
        var handover = connection.Extensions.Dsn ? Handover.PassedOn : connection.IsLmtp ? Handover.Final : Handover.Relayed;
        return Outcomes.FromReply(reply) with { Handover = handover };
    }
}
