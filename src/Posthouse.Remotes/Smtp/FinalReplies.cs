using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// What a host says to the final dot: one reply for all recipients that it took, or in LMTP one for each of them, in their order (RFC
/// 2033 section 4.2).
/// </summary>
static class FinalReplies
{
    /// <param name="connection">After the final dot.</param>
    /// <param name="outcomes">One for each recipient; those that are null are waited for and set, each as soon as its reply is in.</param>
    /// <param name="allowance">Asked for each reply.</param>
    public static async Task ReadAsync(SmtpConnection connection, IList<Outcome?> outcomes, Func<Allowance> allowance)
    {
        Outcome? forAll = null;
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i] is not null)
                continue;
            outcomes[i] = forAll ?? await ReadOneAsync(connection, allowance());
            if (!connection.IsLmtp)
                forAll = outcomes[i];
        }
    }

    static async Task<Outcome> ReadOneAsync(SmtpConnection connection, Allowance allowance)
    {
        var reply = await connection.ReadReplyAsync("final dot", allowance);
        if (reply.IsIntermediate)
            throw connection.Wire.Garbled($"final dot: {reply} is no reply to it");
        if (!reply.IsPositive)
            connection.CountError();
        return Outcomes.FromReply(reply) with { Handover = connection.Extensions.Dsn ? Handover.PassedOn : connection.IsLmtp ? Handover.Final : Handover.Relayed };
    }
}
