using Posthouse.Remotes.Answers;
using Posthouse.Remotes.Conversations;
using Posthouse.Remotes.Definition;
using Posthouse.Wire.Commands;
using Posthouse.Wire.Replies;

namespace Posthouse.Remotes.Smtp;

/// <summary>EHLO or LHLO, to be said after each greeting and after STARTTLS: what the host offers now takes the place of all that it offered before.</summary>
static class SmtpHello
{
    public static async Task SayAsync(SmtpConnection connection, Allowance allowance)
    {
        var verb = connection.IsLmtp ? SmtpVerb.Lhlo : SmtpVerb.Ehlo;
        connection.Extensions = new ServerExtensions();
        var reply = await SayAsync(connection, verb, allowance);
        if (reply.Code == 250)
        {
            connection.Extensions = ServerExtensions.Parse(reply);
            return;
        }
        // HELO offers neither TLS nor AUTH, so it serves only where neither is needed.
        var tls = connection.Host.Tls;
        var mustHaveTls = !tls.Implicit && tls.StartTls == StartTlsPolicy.Require;
        if (verb == SmtpVerb.Ehlo && reply.Code is 500 or 502 && !mustHaveTls && connection.Kind == ConnectionKind.Anonymous)
        {
            reply = await SayAsync(connection, SmtpVerb.Helo, allowance);
            if (reply.Code == 250)
                return;
        }
        throw new HostUnavailableException($"hello: {reply}", Blame.Transport, reply);
    }

    static async ValueTask<Reply> SayAsync(SmtpConnection connection, SmtpVerb verb, Allowance allowance)
    {
        if (!SmtpCommandWriter.TryHello(connection.Wire.Output, verb, connection.Host.HelloName))
            throw new HostUnavailableException($"our own name for EHLO cannot be written: {connection.Host.HelloName}", Blame.Definition);
        return await connection.CommandAsync(true, "hello", allowance);
    }
}
