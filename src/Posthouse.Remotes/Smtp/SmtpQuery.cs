using Posthouse.Remotes.Answers;
using Posthouse.Wire.Commands;

namespace Posthouse.Remotes.Smtp;

/// <summary>Asks VRFY or EXPN; there is no falling back to RCPT, which asks something else.</summary>
static class SmtpQuery
{
    public static async Task<Answer> AskAsync(SmtpConnection connection, SmtpVerb verb, string argument, CancellationToken cancellationToken)
    {
        var name = verb == SmtpVerb.Vrfy ? "VRFY" : "EXPN";
        if (!SmtpCommandWriter.TryQuery(connection.Wire.Output, verb, argument, utf8: false))
            return Answer.Unavailable($"{name}: a name that cannot be written to the host") with { Source = AnswerSource.Local };

        connection.BeginRequest(cancellationToken);
        var reply = await connection.CommandAsync(true, name, connection.LookupAllowance);
        connection.RequireMemory(reply, name);
        if (!reply.IsPositive)
            connection.CountError();
        if (reply.IsIntermediate)
            throw connection.Wire.Garbled($"{name}: {reply}");
        connection.EndRequest();
        return QueryReply.Classify(reply, name);
    }
}
