using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Wire.Addresses;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// Checks recipients in a transaction that never reaches DATA: (1) MAIL FROM:&lt;&gt; once, (2) RCPT each, (3) RSET. To a host with
/// PIPELINING (RFC 2920) all of it leaves as one write and costs one round trip.
/// </summary>
static class RecipientBatch
{
    /// <summary>Checks that this host can never take, answered without asking it.</summary>
    public static Answer? Unaskable(SmtpConnection connection, Mailbox mailbox) => mailbox.IsUtf8 && !connection.Extensions.SmtpUtf8
        ? new Answer
        {
            Kind = AnswerKind.Refused,
            Source = AnswerSource.Local,
            Reply = new Reply(553, new EnhancedCode(5, 6, 7), "The host does not take internationalized addresses"),
        }
        : null;

    /// <param name="connection">Between requests.</param>
    /// <param name="mailboxes">No more than the connection has requests left.</param>
    /// <param name="answered">
    /// Called once for each mailbox, by its index, as soon as its reply is in; not for those that the host has put off to another
    /// transaction because there are too many in this one.
    /// </param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    public static async Task AskAsync(
        SmtpConnection connection, IReadOnlyList<Mailbox> mailboxes, Action<int, Answer> answered, CancellationToken cancellationToken)
    {
        connection.BeginRequest(cancellationToken, mailboxes.Count);
        connection.CountTransaction();
        var allowance = connection.LookupAllowance;
        var output = connection.Wire.Output;
        var utf8 = connection.Extensions.SmtpUtf8 && mailboxes.Any(mailbox => mailbox.IsUtf8);
        var mail = new MailCommand { ReversePath = null, SmtpUtf8 = utf8 };
        var pipelined = connection.Extensions.Pipelining;

        // 1.
        var written = SmtpCommandWriter.TryMail(output, mail, utf8);
        if (pipelined)
        {
            foreach (var mailbox in mailboxes)
                written &= SmtpCommandWriter.TryRcpt(output, new RcptCommand { Mailbox = mailbox }, utf8);
            written &= SmtpCommandWriter.TryVerb(output, SmtpVerb.Rset);
        }
        var opening = await connection.CommandAsync(written, "MAIL", allowance);
        connection.RequireMemory(opening, "MAIL");
        // All of what was pipelined left at once, and has one time for its answers together.
        var since = connection.Wire.Timestamp;
        Allowance Left() => pipelined ? connection.Wire.Left(allowance, since) : allowance;
        if (opening.IsIntermediate)
            throw connection.Wire.Garbled($"MAIL: {opening}");
        if (!opening.IsPositive)
            connection.CountError();

        // 2.
        for (var i = 0; i < mailboxes.Count; i++)
        {
            if (!opening.IsPositive)
                answered(i, Answer.Unavailable($"MAIL FROM:<> was refused, so nothing is known of the recipient: {opening}", opening));
            if (!opening.IsPositive && !pipelined)
                continue;
            if (!pipelined)
                await SendAsync(connection, SmtpCommandWriter.TryRcpt(output, new RcptCommand { Mailbox = mailboxes[i] }, utf8));
            var reply = await connection.ReadReplyAsync("RCPT", Left());
            if (reply.IsIntermediate)
                throw connection.Wire.Garbled($"RCPT: {reply}");
            if (!opening.IsPositive)
                continue;
            if (!reply.IsPositive)
                connection.CountError();
            if (i == 0 || !RecipientReply.IsOneTooMany(reply))
                answered(i, RecipientReply.Classify(reply));
        }

        // 3.
        if (pipelined)
            connection.CheckReset(await connection.ReadReplyAsync("RSET", Left().AtMost(TimeSpan.FromSeconds(20))));
        else
            await connection.ResetAsync(allowance);
        connection.EndRequest();
    }

    static async ValueTask SendAsync(SmtpConnection connection, bool written)
    {
        if (!written)
            throw connection.Wire.Garbled("RCPT: an argument that cannot be written");
        connection.Wire.RequireSilence("RCPT");
        await connection.Wire.FlushAsync(connection.LookupAllowance, "RCPT");
    }
}
