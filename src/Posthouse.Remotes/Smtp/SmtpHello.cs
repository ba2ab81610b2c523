using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>
/// EHLO or LHLO, to be said after each greeting and after STARTTLS: what the host offers now takes the place of all that it
/// offered before.
/// </summary>
static class SmtpHello
{
    /// <summary>The host's answer, whose lines after the first are what it offers.</summary>
    /// <param name="connection">After a greeting.</param>
    /// <param name="allowance">For each reply.</param>
    /// <param name="clientName">A client's name, to be said in place of ours; ours is said where the host or the grammar does not take it.</param>
    public static async Task<Reply> SayAsync(SmtpConnection connection, Allowance allowance, string? clientName = null)
    {
        var verb = connection.IsLmtp ? SmtpVerb.Lhlo : SmtpVerb.Ehlo;
        connection.Extensions = new ServerExtensions();
        var reply = clientName is not null && SmtpCommandWriter.TryHello(connection.Wire.Output, verb, clientName)
            ? await connection.CommandAsync(true, "hello", allowance)
            : null;
        if (reply is null or { IsPermanent: true })
            reply = await SayOwnAsync(connection, verb, allowance, reply);
        if (reply.Code == 250)
        {
            connection.Extensions = ServerExtensions.Parse(reply);
            return reply;
        }
        // HELO offers neither TLS nor AUTH, so it serves only where neither is needed. Old hosts have many codes for a verb that they do not
        // know; 521 and 554 speak of mail or of us (RFC 7504), which no other verb mends.
        var tls = connection.Host.Tls;
        var mustHaveTls = !tls.Implicit && tls.StartTls == StartTlsPolicy.Require;
        if (verb == SmtpVerb.Ehlo && reply is { IsPermanent: true, Code: not (521 or 554) } && !mustHaveTls && connection.Kind == ConnectionKind.Anonymous)
        {
            reply = await SayOwnAsync(connection, SmtpVerb.Helo, allowance, reply);
            if (reply.Code == 250)
                return reply;
        }
        throw new HostUnavailableException($"hello: {reply}", Blame.Transport, reply) { TakesNoMail = NoMailReply.IsSaidBy(reply) };
    }

    static async ValueTask<Reply> SayOwnAsync(SmtpConnection connection, SmtpVerb verb, Allowance allowance, Reply? refusal)
    {
        if (!SmtpCommandWriter.TryHello(connection.Wire.Output, verb, connection.Host.HelloName))
            throw new HostUnavailableException($"our own name for EHLO cannot be written: {connection.Host.HelloName}", Blame.Definition);
        try
        {
            return await connection.CommandAsync(true, "hello", allowance);
        }
        // Its answer to the hello before says why it closes, and an operator needs these words.
        catch (ConnectionLostException e) when (refusal is not null && e.Reply is null)
        {
            throw new ConnectionLostException($"hello: {refusal}", refusal, e);
        }
    }
}
